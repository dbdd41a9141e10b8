#include "ingest/api/keys/running_authority.hpp"

#include "schemas/io/process/clock.hpp"
#include "schemas/io/stripe_api/exchange.hpp"

#include <condition_variable>
#include <fmt/format.h>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

namespace billhook::api {
namespace {

constexpr std::chrono::seconds fetch_bound{5};

stripe::exchange_bounds bounds() {
    stripe::exchange_bounds of;
    of.connect = std::chrono::milliseconds{3'000};
    of.whole = fetch_bound;
    of.body_bytes = key_set_byte_limit;
    return of;
}

}  // namespace

access_rules rules_from(const access_settings& told) {
    access_rules rules;
    if (!told.issuer.empty()) {
        session_rules sessions;
        sessions.kind = told.kind == "oidc" ? token_kind::oidc : token_kind::clerk;
        sessions.issuer = told.issuer;
        sessions.audience = told.audience;
        sessions.parties = told.parties;
        sessions.admin_roles = told.admin_roles;
        sessions.admin_permission = told.admin_permission;
        sessions.organization_claim = told.organization_claim;
        sessions.role_claim = told.role_claim;
        rules.sessions = std::move(sessions);
    }
    for (const auto& each : told.service_tokens) {
        if (const auto hash = hash_from_hex(each.sha256)) {
            rules.service_tokens.push_back({each.name, *hash, each.not_after});
        }
    }
    return rules;
}

std::string key_set_url_of(const access_settings& told) {
    if (!told.key_set_url.empty()) {
        return told.key_set_url;
    }
    const bool ends_well = told.issuer.ends_with('/');
    return told.issuer + (ends_well ? "" : "/") + ".well-known/jwks.json";
}

// The cache behind a lock, and the thread that fills it.
class running_authority::keys final : public key_source {
public:
    keys(
        const access_settings& told,
        const std::string& pem,
        std::function<void(const std::string&)> news
    )
        : url_(key_set_url_of(told)), news_(std::move(news)) {
        if (!pem.empty()) {
            auto key = verifying_key::from_pem(pem);
            if (!key) {
                throw std::runtime_error(
                    fmt::format("api.access.key_file: {}", to_word(key.error()))
                );
            }
            only_ = std::make_shared<const key_set>(*key);
        } else if (!told.issuer.empty()) {
            thread_ = std::thread([this] { run(); });
        }
    }

    ~keys() override {
        {
            const std::lock_guard held(mutex_);
            stopping_ = true;
        }
        changed_.notify_all();
        if (thread_.joinable()) {
            thread_.join();
        }
    }
    keys(const keys&) = delete;
    keys& operator=(const keys&) = delete;

    found_key find(std::string_view id, instant now) override {
        if (only_) {
            return {key_lookup::found, only_, only_->find(id)};
        }
        const std::lock_guard held(mutex_);
        auto found = cache_.find(id, now);
        if (found.what == key_lookup::awaited) {
            changed_.notify_all();
        }
        return found;
    }

    bool has_keys() const {
        const std::lock_guard held(mutex_);
        return only_ || !thread_.joinable() || cache_.has_set();
    }

private:
    void run() {
        stripe::exchange over(bounds());
        std::unique_lock held(mutex_);
        while (!stopping_) {
            if (cache_.begins_fetch(time_.now())) {
                held.unlock();
                const auto came = over.send({url_, {"Accept: application/json"}, {}, {}});
                held.lock();
                const auto news = take(came);
                held.unlock();
                if (news) {
                    news_(*news);
                }
                held.lock();
                continue;
            }
            // Woken for an unknown key; looked again at least every second, whatever the clocks do.
            changed_.wait_for(held, std::chrono::seconds{1});
        }
    }

    // What is worth telling of it.
    std::optional<std::string> take(const result<stripe::exchanged, stripe::exchange_fault>& came) {
        if (!came) {
            return failed(to_word(came.error()));
        }
        if (came->status != 200) {
            return failed(fmt::format("status {}", came->status));
        }
        auto set = parse_key_set(came->body);
        if (!set) {
            return failed(to_word(set.error()));
        }
        cache_.fetched(std::move(*set), max_age_in(came->cache_control), time_.now());
        return std::exchange(failing_, false)
                   ? std::optional<std::string>("it can be fetched again")
                   : std::nullopt;
    }

    std::optional<std::string> failed(std::string_view why) {
        cache_.failed();
        return std::exchange(failing_, true)
                   ? std::nullopt
                   : std::optional(fmt::format("it cannot be fetched: {}", why));
    }

    const std::string url_;
    const std::function<void(const std::string&)> news_;
    std::shared_ptr<const key_set> only_;
    system_clock time_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    key_cache cache_;
    bool failing_ = false;
    bool stopping_ = false;
    std::thread thread_;
};

running_authority::running_authority(
    const access_settings& told,
    const std::string& key_pem,
    listeners tell
)
    : keys_(std::make_unique<keys>(told, key_pem, std::move(tell.news))),
      tokens_(rules_from(told), *keys_, std::move(tell.refused)) {}

running_authority::~running_authority() = default;

result<caller, http::problem> running_authority::who_asks(
    const http::request_head& head,
    const std::optional<organization_id>& of_the_path,
    instant now
) {
    return tokens_.who_asks(head, of_the_path, now);
}

bool running_authority::has_keys() const {
    return keys_->has_keys();
}

}  // namespace billhook::api

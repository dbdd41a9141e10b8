#include "worker/notifier/smtp_mailer.hpp"

#include "schemas/types/assert.hpp"
#include "worker/notifier/mime.hpp"
#include "worker/notifier/smtp_reply.hpp"

#include <algorithm>
#include <cstring>
#include <curl/curl.h>
#include <new>
#include <string_view>

namespace billhook {
namespace {

struct free_list {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using recipient_list = std::unique_ptr<curl_slist, free_list>;

// What the callbacks of one message see.
struct conversation {
    std::string_view rest;  // of the body
    smtp_stage stage = smtp_stage::before;
};

std::size_t give(char* into, std::size_t size, std::size_t count, void* of) {
    auto& now = *static_cast<conversation*>(of);
    const std::size_t given = std::min(now.rest.size(), size * count);
    std::memcpy(into, now.rest.data(), given);
    now.rest.remove_prefix(given);
    if (given == 0) {
        now.stage = smtp_stage::sent;
    }
    return given;
}

// libcurl's trace: only the verbs of what we say are looked at, nothing is kept.
int listen(CURL*, curl_infotype kind, char* text, std::size_t size, void* of) {
    if (kind == CURLINFO_HEADER_OUT && of != nullptr) {
        auto& now = *static_cast<conversation*>(of);
        now.stage = stage_after(now.stage, {text, size});
    }
    return 0;
}

template <class Value>
void set(CURL* on, CURLoption option, Value value) {
    BILLHOOK_ASSERT(curl_easy_setopt(on, option, value) == CURLE_OK);
}

std::string url_of(const smtp_settings& told) {
    const bool is_v6 = told.server.host.find(':') != std::string::npos;
    const std::string host = is_v6 ? '[' + told.server.host + ']' : told.server.host;
    return (told.tls == "tls" ? "smtps://" : "smtp://") + host + ':' +
           std::to_string(told.server.port);
}

}  // namespace

struct smtp_mailer::handle {
    handle() : easy(curl_easy_init()) {
        if (easy == nullptr) {
            throw std::bad_alloc();
        }
    }
    ~handle() { curl_easy_cleanup(easy); }
    handle(const handle&) = delete;
    handle& operator=(const handle&) = delete;
    CURL* easy;
};

smtp_mailer::smtp_mailer(const smtp_settings& told, const clock& time)
    : told_(told), time_(time), handle_(std::make_unique<handle>()) {
    CURL* const easy = handle_->easy;
    const auto milliseconds = std::chrono::milliseconds{told.timeout}.count();
    set(easy, CURLOPT_URL, url_of(told).c_str());
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_UPLOAD, 1L);
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(milliseconds));
    set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(milliseconds));
    set(easy, CURLOPT_MAXAGE_CONN, 30L);
    set(easy, CURLOPT_PROXY, "");  // none, whatever the environment says
    set(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(easy,
        CURLOPT_USE_SSL,
        static_cast<long>(told.tls == "starttls" ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!told.ca_file.empty()) {
        set(easy, CURLOPT_CAINFO, told.ca_file.c_str());
    }
    if (!told.username.empty()) {
        set(easy, CURLOPT_USERNAME, told.username.c_str());
        set(easy, CURLOPT_PASSWORD, told.password.reveal().c_str());
    }
    set(easy, CURLOPT_READFUNCTION, &give);
    set(easy, CURLOPT_VERBOSE, 1L);  // for the trace alone; it prints nothing
    set(easy, CURLOPT_DEBUGFUNCTION, &listen);
}

smtp_mailer::~smtp_mailer() = default;

mailed smtp_mailer::send(const email& what) {
    const secret message = mime_message(what, time_.now());
    const std::string from = '<' + what.from.address + '>';
    const std::string to = '<' + what.to.reveal() + '>';
    const recipient_list recipients(curl_slist_append(nullptr, to.c_str()));
    if (!recipients) {
        throw std::bad_alloc();
    }
    conversation now{.rest = message.reveal()};
    CURL* const easy = handle_->easy;
    set(easy, CURLOPT_MAIL_FROM, from.c_str());
    set(easy, CURLOPT_MAIL_RCPT, recipients.get());
    set(easy, CURLOPT_READDATA, &now);
    set(easy, CURLOPT_DEBUGDATA, &now);
    const CURLcode answer = curl_easy_perform(easy);
    long code = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &code);
    // They live no longer than this call; closing the connection later is still traced.
    set(easy, CURLOPT_MAIL_RCPT, static_cast<curl_slist*>(nullptr));
    set(easy, CURLOPT_READDATA, static_cast<void*>(nullptr));
    set(easy, CURLOPT_DEBUGDATA, static_cast<void*>(nullptr));
    return meaning_of(now.stage, answer == CURLE_OK, code);
}

}  // namespace billhook

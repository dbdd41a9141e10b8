// billhook-permutations: the permutation proof in full. Tests walk a slice of it.

#include "schemas/json/writer.hpp"
#include "tests/permutations/stories.hpp"
#include "tests/permutations/walk.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/text_table.hpp"
#include "tools/simulator/progress.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <fmt/format.h>
#include <fstream>
#include <mutex>
#include <thread>

namespace {

using namespace billhook;
using permutations::story;

struct wanted {
    std::vector<const story*> stories;  // the longest first
    permutations::breadth how;
    std::size_t jobs = 1;
};

struct proof {
    const story* of = nullptr;
    permutations::walked walked;
    std::chrono::duration<double> took{};
};

std::string verdict(const proof& one) {
    return one.walked.failures.empty() ? "held" : "failed: " + one.walked.failures.front();
}

// The walks, shared out among threads, each story one thread's. `said` is where a proof goes as
// soon as it is there, so that a run that is cut short has told what it did.
class campaign {
public:
    explicit campaign(const wanted& what, std::ofstream& said)
        : what_(what), said_(said), done_(what.stories.size(), 0) {}

    std::vector<proof> run() {
        std::vector<std::jthread> threads;
        for (std::size_t each = 0; each < what_.jobs; ++each) {
            threads.emplace_back([this] { work(); });
        }
        show_until_done();
        threads.clear();
        return std::move(proofs_);
    }

private:
    void work() {
        std::unique_lock hold(mutex_);
        while (next_ < what_.stories.size()) {
            const auto mine = next_++;
            hold.unlock();
            auto one = prove(mine);
            hold.lock();
            said_ << fmt::format(
                "{}\t{}\t{}\t{}\t{}\t{:.1f}\t{}\n",
                one.of->name,
                one.of->events.size(),
                one.walked.ways,
                one.walked.batches,
                one.walked.states,
                one.took.count(),
                verdict(one)
            );
            said_.flush();
            proofs_.push_back(std::move(one));
            changed_.notify_one();
        }
    }

    proof prove(std::size_t which) {
        const auto& one = *what_.stories[which];
        const auto began = std::chrono::steady_clock::now();
        auto walked = permutations::walk(one, what_.how, [&](double done) {
            const std::scoped_lock hold(mutex_);
            done_[which] = done;
        });
        const auto ways = permutations::ways_of(one.events.size(), what_.how);
        if (walked.failures.empty() && walked.ways != ways) {
            walked.failures.push_back(fmt::format("walked {} of {} ways", walked.ways, ways));
        }
        return {&one, std::move(walked), std::chrono::steady_clock::now() - began};
    }

    void show_until_done() {
        simulator::progress bar("ways");
        std::unique_lock hold(mutex_);
        while (proofs_.size() < what_.stories.size()) {
            changed_.wait_for(hold, std::chrono::milliseconds(100));
            double walked = 0;
            double all = 0;
            for (std::size_t each = 0; each < done_.size(); ++each) {
                const auto ways = static_cast<double>(
                    permutations::ways_of(what_.stories[each]->events.size(), what_.how)
                );
                all += ways;
                walked += ways * done_[each];
            }
            bar.show(
                static_cast<std::size_t>(walked),
                static_cast<std::size_t>(all),
                fmt::format("{} of {} stories", proofs_.size(), what_.stories.size())
            );
        }
    }

    const wanted& what_;
    std::ofstream& said_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t next_ = 0;
    std::vector<double> done_;
    std::vector<proof> proofs_;
};

std::string as_table(const std::vector<proof>& proofs) {
    text_table table({"story", "events", "ways", "batches", "states", "seconds", "result"});
    for (const auto& one : proofs) {
        table.add(
            {one.of->name,
             std::to_string(one.of->events.size()),
             std::to_string(one.walked.ways),
             std::to_string(one.walked.batches),
             std::to_string(one.walked.states),
             fmt::format("{:.1f}", one.took.count()),
             verdict(one)}
        );
    }
    return table.text();
}

std::string as_json(const std::vector<proof>& proofs) {
    json::writer out;
    out.begin_array();
    for (const auto& one : proofs) {
        out.begin_object()
            .member("story", one.of->name)
            .member("events", static_cast<std::int64_t>(one.of->events.size()))
            .member("ways", static_cast<std::int64_t>(one.walked.ways))
            .member("batches", static_cast<std::int64_t>(one.walked.batches))
            .member("states", static_cast<std::int64_t>(one.walked.states))
            .member("result", verdict(one))
            .end_object();
    }
    out.end_array();
    return out.take() + "\n";
}

// Those whose name holds one of the words; all without words.
std::vector<const story*> chosen(const std::vector<std::string>& words) {
    std::vector<const story*> some;
    for (const auto& one : permutations::stories()) {
        if (words.empty() || std::any_of(words.begin(), words.end(), [&](const std::string& word) {
                return one.name.find(word) != std::string::npos;
            })) {
            some.push_back(&one);
        }
    }
    std::stable_sort(some.begin(), some.end(), [](const story* a, const story* b) {
        return a->events.size() > b->events.size();
    });
    return some;
}

struct asked {
    std::vector<std::string> words;
    bool list = false;
    bool once = false;
    bool time = false;
    bool json = false;
    std::string file;
};

void add_flags(flag_set own, asked& flags, wanted& what) {
    own.add_option("STORY", flags.words, "parts of names");
    own.add_flag("--list", flags.list, "name the stories and go");
    own.add_flag("--no-duplicates", flags.once, "every event once");
    own.add_flag("--time-passes", flags.time, "let the horizon rise with every new event");
    own.add_option("--largest-batch", what.how.largest_batch, "deliveries in a batch at most")
        .within(std::size_t{1}, permutations::longest_story + 1);
    own.add_option("--jobs", what.jobs, "stories walked at once").within(1, 64);
    own.add_option("--file", flags.file, "gets a line for each story that is done, with tabs");
    own.add_flag("--json", flags.json, "print the result as JSON");
}

void print_names(const std::vector<const story*>& all) {
    for (const auto* one : all) {
        fmt::print("{} events  {}\n", one->events.size(), one->name);
    }
}

exit_code prove(const asked& flags, const wanted& what) {
    std::ofstream file;
    if (!flags.file.empty()) {
        file.open(flags.file, std::ios::trunc);
        file << "story\tevents\tways\tbatches\tstates\tseconds\tresult\n";
        if (!file) {
            fmt::print(stderr, "billhook-permutations: cannot write {}\n", flags.file);
            return exit_code::usage;
        }
    }
    const auto proofs = campaign{what, file}.run();
    const auto failed = std::count_if(proofs.begin(), proofs.end(), [](const proof& one) {
        return !one.walked.failures.empty();
    });
    if (flags.json) {
        fmt::print("{}", as_json(proofs));
    } else {
        fmt::print("{}{} stories walked, {} failed\n", as_table(proofs), proofs.size(), failed);
    }
    return failed == 0 ? exit_code::done : exit_code::no;
}

exit_code run(arguments given) {
    command_line line(
        "billhook-permutations",
        "Prove that order, batches and duplicates do not matter: tell each story in every order of "
        "its events, cut into batches in every way, with no event twice and with any one of them "
        "twice. Exit code 1: somewhere they matter.",
        "  billhook-permutations                              everything; an hour or two\n"
        "  billhook-permutations --list                       the stories\n"
        "  billhook-permutations '4 a renewal' circle         those whose names hold these words\n"
        "  billhook-permutations --time-passes --no-duplicates --file proof.tsv"
    );
    asked flags;
    wanted what;
    what.jobs = std::max(1U, std::thread::hardware_concurrency());
    add_flags(line.flags(), flags, what);
    if (const auto done = line.parse(std::move(given))) {
        return *done;
    }
    what.stories = chosen(flags.words);
    what.how.twice = !flags.once;
    what.how.horizon =
        flags.time ? permutations::time_passes::meanwhile : permutations::time_passes::at_the_end;
    if (what.stories.empty()) {
        fmt::print(stderr, "billhook-permutations: no story of that name; --list shows them\n");
        return exit_code::usage;
    }
    if (flags.list) {
        print_names(what.stories);
        return exit_code::done;
    }
    return prove(flags, what);
}

}  // namespace

int main(int argc, char** argv) {
    return billhook::to_int(run({argv + 1, argv + argc}));
}

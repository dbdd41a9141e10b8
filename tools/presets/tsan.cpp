// What every program of the tsan preset is linked with. librdkafka starts its threads by C11's
// functions, which the sanitizer does not know: a program dies at the first of them. Here they are
// over POSIX's, which it does. glibc has one type for both.
#include <cerrno>
#include <cstdint>
#include <memory>
#include <pthread.h>
#include <threads.h>

namespace {

struct beginning {
    thrd_start_t function;
    void* argument;
};

void* begin(void* told) {
    const std::unique_ptr<beginning> what{static_cast<beginning*>(told)};
    return reinterpret_cast<void*>(static_cast<std::intptr_t>(what->function(what->argument)));
}

int meaning_of(int error) {
    return error == 0 ? thrd_success : error == ENOMEM ? thrd_nomem : thrd_error;
}

}  // namespace

extern "C" {

int thrd_create(thrd_t* thread, thrd_start_t function, void* argument) {
    auto what = std::make_unique<beginning>(beginning{function, argument});
    const int error = pthread_create(thread, nullptr, begin, what.get());
    if (error == 0) {
        static_cast<void>(what.release());  // the thread's
    }
    return meaning_of(error);
}

int thrd_join(thrd_t thread, int* result) {
    void* came_to = nullptr;
    const int error = pthread_join(thread, &came_to);
    if (error == 0 && result != nullptr) {
        *result = static_cast<int>(reinterpret_cast<std::intptr_t>(came_to));
    }
    return meaning_of(error);
}

int thrd_detach(thrd_t thread) {
    return meaning_of(pthread_detach(thread));
}

// Debian's librdkafka is not instrumented: what it does with its own memory looks like races.
const char* __tsan_default_options() {
    return "ignore_noninstrumented_modules=1";
}
const char* __tsan_default_suppressions() {
    return "called_from_lib:librdkafka.so.1\n";
}

}  // extern "C"

// What every program of the presets with an address sanitizer is linked with: what it need not
// report. A connection that breaks leaves libpqxx 6.4.5 one result of libpq for ever (2 KiB): it
// asks the connection for its encoding before anything owns the result, and that throws. A result
// that reached us has an owner. By the library's name, as its functions' are not always found:
// Debian's libraries keep no frame pointers. Source: make_result in libpqxx's
// src/connection_base.cxx.
extern "C" {

const char* __lsan_default_suppressions() {
    return "leak:libpqxx\n";
}

// Nothing is said of what was kept quiet: whatever is written is a report (tools/test).
const char* __lsan_default_options() {
    return "print_suppressions=0";
}

}  // extern "C"

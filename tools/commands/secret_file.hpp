#pragma once

#include "schemas/types/secret.hpp"

#include <optional>
#include <string>

namespace billhook {

// A new file that its owner alone may read, for a secret that is shown once. It is there before the
// secret is asked for, so that nothing is lost for want of a place; if nothing was written it goes
// again.
class secret_file {
public:
    // Nothing if the file exists, or cannot be made.
    [[nodiscard]] static std::optional<secret_file> make(const std::string& path);
    ~secret_file();
    secret_file(secret_file&& other) noexcept;
    secret_file& operator=(secret_file&&) = delete;

    // One line. False: it could not be written.
    [[nodiscard]] bool write(const secret& what);

private:
    secret_file(std::string path, int descriptor);

    std::string path_;
    int descriptor_;  // -1: moved from
    bool written_ = false;
};

}  // namespace billhook

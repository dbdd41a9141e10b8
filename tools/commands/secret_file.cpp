#include "tools/commands/secret_file.hpp"

#include <fcntl.h>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace billhook {

secret_file::secret_file(std::string path, int descriptor)
    : path_(std::move(path)), descriptor_(descriptor) {}

secret_file::secret_file(secret_file&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      written_(other.written_) {}

secret_file::~secret_file() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
        if (!written_) {
            ::unlink(path_.c_str());
        }
    }
}

std::optional<secret_file> secret_file::make(const std::string& path) {
    const int made = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return made < 0 ? std::nullopt : std::optional{secret_file(path, made)};
}

bool secret_file::write(const secret& what) {
    const std::string line = what.reveal() + '\n';
    std::string_view left = line;
    while (!left.empty()) {
        const auto went = ::write(descriptor_, left.data(), left.size());
        if (went <= 0) {
            return false;
        }
        written_ = true;
        left.remove_prefix(static_cast<std::size_t>(went));
    }
    return ::fsync(descriptor_) == 0;
}

}  // namespace billhook

#include "schemas/io/kafka/handles.hpp"

#include <array>
#include <chrono>
#include <future>
#include <thread>

namespace billhook::kafka {

void destroy_instance::operator()(rd_kafka_t* instance) const {
    auto finished = std::make_shared<std::promise<void>>();
    auto done = finished->get_future();
    // Without a group there is nothing to leave, and closing is where 2.0.2 hangs.
    std::thread([instance, finished] {
        rd_kafka_destroy_flags(instance, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
        finished->set_value();
    }).detach();
    done.wait_for(std::chrono::seconds{5});
}

failure::failure(const std::string& text, rd_kafka_resp_err_t why)
    : std::runtime_error(text), code(why) {}

failure failure::of(const std::string& doing, rd_kafka_resp_err_t code) {
    return {doing + ": " + rd_kafka_err2str(code), code};
}

instance_handle make_instance(rd_kafka_type_t type, configuration from) {
    std::array<char, 512> why{};
    instance_handle made{rd_kafka_new(type, from.get(), why.data(), why.size())};
    if (!made) {
        const auto code = rd_kafka_last_error();
        throw failure(std::string{"kafka settings are refused: "} + why.data(), code);
    }
    static_cast<void>(from.release());  // belongs to the instance now
    return made;
}

}  // namespace billhook::kafka

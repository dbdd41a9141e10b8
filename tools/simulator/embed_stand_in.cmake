# cmake -DROOT=<repository> -DOUT=<file.cpp> -P embed_stand_in.cmake
# writes stripe_stand_in.js as the C++ source behind tools/simulator/hosted_pages.hpp.

include(${ROOT}/schemas/sql/literal.cmake)

literal(${ROOT}/tools/simulator/stripe_stand_in.js script)

set(source "#include \"tools/simulator/hosted_pages.hpp\"\n\nnamespace billhook::simulator {\n\n")
string(APPEND source "std::string_view stripe_stand_in() {\n    return ${script};\n}\n\n")
string(APPEND source "}  // namespace billhook::simulator\n")
file(WRITE ${OUT} "${source}")

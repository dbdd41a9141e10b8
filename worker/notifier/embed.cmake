# cmake -DROOT=<repository> -DOUT=<file.cpp> -P embed.cmake
# writes the files of deploy/templates as the C++ source behind worker/notifier/templates.hpp.

include(${ROOT}/schemas/sql/literal.cmake)

file(GLOB paths ${ROOT}/deploy/templates/*.txt ${ROOT}/deploy/templates/*.html)
list(SORT paths)
set(rows "")
foreach(path IN LISTS paths)
    get_filename_component(name ${path} NAME)
    literal(${path} text)
    string(APPEND rows "    {\"${name}\", ${text}},\n")
endforeach()

set(source "#include \"worker/notifier/templates.hpp\"\n\n#include <utility>\n\n")
string(APPEND source "namespace billhook::templates {\n\nnamespace {\n\n")
string(APPEND source "constexpr std::pair<std::string_view, std::string_view> files[] = {\n${rows}};\n\n")
string(APPEND source "}  // namespace\n\nstd::string_view file(std::string_view name) {\n")
string(APPEND source "    for (const auto& [each, text] : files) {\n        if (each == name) {\n")
string(APPEND source "            return text;\n        }\n    }\n    return {};\n}\n\n")
string(APPEND source "}  // namespace billhook::templates\n")
file(WRITE ${OUT} "${source}")

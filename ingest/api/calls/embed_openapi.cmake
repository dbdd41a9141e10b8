# cmake -DROOT=<repository> -DOUT=<file.cpp> -P embed_openapi.cmake
# writes openapi.json as the C++ source behind ingest/api/calls/openapi.hpp.

include(${ROOT}/schemas/sql/literal.cmake)

literal(${ROOT}/ingest/api/calls/openapi.json document)

set(source "#include \"ingest/api/calls/openapi.hpp\"\n\nnamespace billhook::api {\n\n")
string(APPEND source "std::string_view openapi_document() {\n    return ${document};\n}\n\n")
string(APPEND source "}  // namespace billhook::api\n")
file(WRITE ${OUT} "${source}")

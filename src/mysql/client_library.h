// The client library's headers, in the order they need each other. Only this module's own files include it.
#pragma once

// clang-format off
#include <mysql.h>
#include <errmsg.h>
#include <ma_pvio.h>
// clang-format on

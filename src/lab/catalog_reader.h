// Asks a server what its parameters are; the answer is kept in the cache.
#pragma once

#include "lab/host.h"
#include "lab/parameter_catalog.h"

namespace darbe::lab {

ParameterCatalog read_catalog(const EngineVersion& version);

}  // namespace darbe::lab

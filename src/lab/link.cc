#include "lab/link.h"

namespace darbe::lab {

struct Link::Implementation {};

Link::Link(const Options&) {}

Link::~Link() = default;

}  // namespace darbe::lab

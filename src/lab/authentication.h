// Who signed a request: AWS Signature Version 4 in the Authorization header, checked as AWS does, with its codes.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "aws/sigv4.h"
#include "http/server.h"
#include "lab/action.h"

namespace darbe::lab {

// Throws: Refusal{MissingAuthenticationToken, IncompleteSignature}.
aws::Authorization signature_of(const http::Request& request);

// Throws: Refusal{InvalidClientTokenId, ExpiredToken, RequestExpired, SignatureDoesNotMatch, IncompleteSignature}.
Caller authenticate(const http::Request& request, const aws::Authorization& authorization, const Store& store,
                    std::chrono::system_clock::time_point now);

}  // namespace darbe::lab

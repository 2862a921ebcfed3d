// A file descriptor that is closed with its owner.
#pragma once

#include <utility>

#include <unistd.h>

namespace darbe::base {

class Descriptor {
 public:
  // As the system's calls return one: below 0, there is none.
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() { close(); }

  int get() const { return number_; }
  bool good() const { return number_ >= 0; }
  void close() {
    if (good()) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

}  // namespace darbe::base

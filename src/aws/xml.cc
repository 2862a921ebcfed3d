#include "aws/xml.h"

#include <fmt/format.h>
#include <pugixml.hpp>

#include "base/error.h"

namespace darbe::aws {

using base::Error;
using base::Kind;

namespace {

constexpr int depth_max = 64;

XmlElement to_element(const pugi::xml_node& node, int depth) {
  if (depth > depth_max) throw Error(Kind::failed, fmt::format("XML nested deeper than {} levels", depth_max));
  std::string text;
  std::vector<XmlElement> children;
  for (const pugi::xml_node& child : node.children()) {
    if (child.type() == pugi::node_element) {
      children.push_back(to_element(child, depth + 1));
    } else if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
      text += child.value();
    }
  }
  return {node.name(), std::move(text), std::move(children)};
}

}  // namespace

const XmlElement* XmlElement::find(std::string_view name) const {
  for (const XmlElement& child : children_) {
    if (child.name_ == name) return &child;
  }
  return nullptr;
}

const XmlElement& XmlElement::child(std::string_view name) const {
  static const XmlElement none({}, {}, {});
  const XmlElement* found = find(name);
  return found != nullptr ? *found : none;
}

bool XmlElement::has(std::string_view name) const { return find(name) != nullptr; }

std::optional<std::string> XmlElement::optional_text(std::string_view name) const {
  const XmlElement* found = find(name);
  if (found == nullptr) return std::nullopt;
  return found->text_;
}

XmlElement parse_xml(std::string_view document) {
  pugi::xml_document tree;
  const pugi::xml_parse_result result =
      tree.load_buffer(document.data(), document.size(), pugi::parse_default | pugi::parse_ws_pcdata_single);
  if (!result)
    throw Error(Kind::failed, fmt::format("malformed XML at byte {}: {}", result.offset, result.description()));
  return to_element(tree.document_element(), 1);
}

}  // namespace darbe::aws

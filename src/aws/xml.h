// The XML of AWS's answers as a tree of values: elements, their text, their children. Attributes and namespaces are
// left out, as no answer of the query and ec2 protocols says anything with them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace darbe::aws {

class XmlElement {
 public:
  XmlElement(std::string name, std::string text, std::vector<XmlElement> children)
      : name_(std::move(name)), text_(std::move(text)), children_(std::move(children)) {}

  const std::string& name() const { return name_; }
  const std::string& text() const { return text_; }
  const std::vector<XmlElement>& children() const { return children_; }

  // The first child of that name, or an empty element, so that a path can be walked without asking at each step.
  const XmlElement& child(std::string_view name) const;
  bool has(std::string_view name) const;
  // The text of the first child of that name: empty if there is none.
  const std::string& text(std::string_view name) const { return child(name).text(); }
  // The same; nothing if there is none.
  std::optional<std::string> optional_text(std::string_view name) const;

 private:
  const XmlElement* find(std::string_view name) const;

  std::string name_;
  std::string text_;
  std::vector<XmlElement> children_;
};

// The document's root element. Throws: Error{failed} on what is not well-formed, or is nested deeper than 64 levels.
XmlElement parse_xml(std::string_view document);

}  // namespace darbe::aws

#include "objects/fingerprint.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/letters.h"
#include "base/random.h"

namespace darbe::objects {

namespace {

// Told apart are the objects of one run's source: 64 bits are plenty.
constexpr std::size_t digest_characters = 16;

const CatalogPart& part_named(std::string_view from) {
  return *std::ranges::find(catalog_parts(), from, &CatalogPart::from);
}

bool has(const Catalog& catalog, std::string_view part, const CatalogKey& key) {
  const auto found = catalog.parts.find(part);
  return found != catalog.parts.end() && found->second.contains(key);
}

// The object that a row of the catalog belongs to. A view's columns have the same parent as a table's.
std::string object_of(const Catalog& catalog, std::string_view from, CatalogKey key) {
  const CatalogPart* part = &part_named(from);
  for (; !part->parent.empty(); part = &part_named(part->parent)) key.resize(part->parent_key);
  if (part->from == "TABLES" && !has(catalog, "TABLES", key)) part = &part_named("VIEWS");
  const std::size_t first = part->what.empty() ? 1 : 0;
  return fmt::format("{} {}", part->what.empty() ? base::lower(key[0]) : std::string(part->what),
                     fmt::join(key.begin() + static_cast<std::ptrdiff_t>(first), key.end(), "."));
}

std::string as_on_a_source(const std::string& column, const std::string& value) {
  return column == "STATUS" && value.ends_with("SIDE_DISABLED") ? "ENABLED" : value;
}

// Lengths keep two values from being taken for two others.
void add(std::string& text, const std::string& value) { text += fmt::format("{}:{}", value.size(), value); }

std::string text_of(std::string_view from, const CatalogKey& key, const CatalogRow& row) {
  std::string text(from);
  for (const std::string& member : key) add(text, member);
  for (const auto& [column, value] : row) {
    add(text, column);
    add(text, as_on_a_source(column, value));
  }
  return text;
}

}  // namespace

Fingerprint fingerprint(const Catalog& catalog) {
  std::map<std::string, std::string> texts;
  for (const auto& [from, rows] : catalog.parts) {
    if (from == "COLUMN_STATISTICS") continue;  // to count values anew alters no table
    for (const auto& [key, row] : rows) texts[object_of(catalog, from, key)] += text_of(from, key, row);
  }
  for (auto& [object, text] : texts) text = base::sha256_hex(text).substr(0, digest_characters);
  return texts;
}

std::vector<std::string> changes(const Fingerprint& then, const Fingerprint& now) {
  std::vector<std::string> sentences;
  for (const auto& [object, digest] : then) {
    const auto found = now.find(object);
    if (found == now.end())
      sentences.push_back(object + " was dropped");
    else if (found->second != digest)
      sentences.push_back(object + " was altered");
  }
  for (const auto& [object, digest] : now)
    if (!then.contains(object)) sentences.push_back(object + " was made");
  return sentences;
}

}  // namespace darbe::objects

extension NodeDescription {
    /// Reads one element of an app's `nodeInfoList`; `nil` where it names no node or no field.
    init?(appNode: JSONValue) {
        func text(_ names: String...) -> String? {
            names.lazy.compactMap { appNode[$0]?.filledText }.first.map { RemoteText.clean($0, limit: 400) }
        }
        guard let id = text("nodeId"), let field = text("fieldName") else { return nil }
        let kind = text("nodeName")
        let type = text("fieldType")?.uppercased() ?? "STRING"
        let value = appNode["fieldValue"] ?? .null
        self.init(
            id: id,
            title: kind ?? "",
            nodeKind: kind,
            field: field,
            type: type,
            presentValue: value,
            choices: Self.choices(in: appNode["fieldData"]),
            description: text("descriptionEn", "description"),
            loads: Load(fieldType: type) ?? kind.flatMap { Load(nodeKind: $0, field: field, value: value) }
        )
    }

    /// The values to choose from in `fieldData`.
    ///
    /// It is JSON, mostly inside a text, in one of three forms: ComfyUI's own input definition `[["a", "b"], {"default": "a"}]`; a plain list
    /// `["a", "b"]`; or a list of objects with the value in `index`, `value` or `name`, as switches have it.
    private static func choices(in value: JSONValue?) -> [JSONValue] {
        guard let list = value?.unwrapped?.elements else { return [] }
        let values = list.first?.elements ?? list
        return values.prefix(maximumChoices).compactMap { element in
            switch element {
            case .text, .integer, .number, .bool: element
            case .object: element["index", "value", "name"]
            case .null, .array: nil
            }
        }
    }
}

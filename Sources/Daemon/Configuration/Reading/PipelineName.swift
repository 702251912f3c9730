/// What a pipeline may be called: its name is the name of folders that people reach from any system.
enum PipelineName {
    private static let reserved: Set<String> = Set(
        ["con", "prn", "aux", "nul"] + (0...9).flatMap { ["com\($0)", "lpt\($0)"] }
    )

    /// Why a name cannot be, if it cannot.
    static func problem(_ name: String) -> String? {
        if name.isEmpty { return "The file has no name before '.yaml', and the pipeline would have none." }
        if name.utf8.count > 100 { return "The pipeline's name is longer than 100 bytes." }
        if name.hasPrefix("-") {
            return "A pipeline's name cannot begin with '-'; commands would take it for an option."
        }
        if name.hasPrefix("~") || name.hasPrefix("$") || name.hasPrefix("#") || name.hasPrefix("@") {
            return "A pipeline's name begins with a letter or digit."
        }
        let isForbidden = name.unicodeScalars.contains { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: true
            default: "\\/:*?\"<>|{}".unicodeScalars.contains(scalar)
            }
        }
        if isForbidden {
            return
                "A pipeline's name, being a folder's, cannot have control characters or any of \\ / : * ? \" < > | { }."
        }
        if name.hasSuffix(" ") || name.hasSuffix(".") || name.hasPrefix(" ") {
            return
                "A pipeline's name cannot begin or end with a space or end with '.'; Windows cannot open such a folder."
        }
        if reserved.contains(name.lowercased()) {
            return "Windows cannot open a folder of this name; give the pipeline another."
        }
        return nil
    }
}

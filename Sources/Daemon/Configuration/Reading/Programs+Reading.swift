import Jobs

extension Pipeline.Hooks {
    /// Reads who is told; nothing where that is nobody.
    init?(reading reader: inout SettingReader) {
        self.init()
        program = reader.program("program")
        timeout = reader.value("timeout", .duration(.seconds(1)...days(1)), default: timeout)
        let url = reader.optional("url", .fullAddress)
        let credential = reader.optional("credential", .credential)
        (self.url, self.credential) = (url?.value, credential?.value)
        if let url, credential == nil {
            reader.problem(
                "'url' needs the 'credential' beside it that the POST is signed with, such as hook_shop.",
                at: url.position
            )
        }
        if let credential, url == nil {
            let text = "'credential' is what a POST is signed with, and there is no 'url'."
            reader.problem(text, at: credential.position)
        }
        let told = reader.list("events", of: SettingKind<HookCall.Event>.choice).map(\.value)
        if !told.isEmpty { events = HookCall.Event.allCases.filter(told.contains) }
        guard !targets.isEmpty else { return nil }
    }
}

extension Pipeline.Preparation {
    /// Reads what prepares files; nothing where that is no program.
    init?(reading reader: inout SettingReader) {
        self.init(program: reader.program("program"))
        kinds = reader.list("kinds", of: .fileKind).map(\.value)
        timeout = reader.value("timeout", .duration(.seconds(1)...days(1)), default: timeout)
        guard let place = reader.position(of: "program"), !program.isEmpty else { return nil }
        for placeholder in [Self.input, Self.output]
        where !program.dropFirst().contains(where: { $0.contains(placeholder) }) {
            reader.problem(
                "'program' needs an argument with \(placeholder) in it, in quotes: \(Self.meaning(of: placeholder)).",
                at: place
            )
        }
    }

    private static func meaning(of placeholder: String) -> String {
        placeholder == input
            ? "the path of the dropped file"
            : "the path of what it makes, to which an extension is added, as in \"{output}.jpg\""
    }
}

extension SettingReader {
    /// A program's absolute path, then its arguments; empty where there is none.
    fileprivate mutating func program(_ key: String) -> [String] {
        let words = list(key, of: .argument)
        if let first = words.first, !first.value.hasPrefix("/") {
            let text = "'\(key)' begins with the program's absolute path, such as /usr/local/bin/tell-shop."
            problem(text, at: first.position)
            return []
        }
        return words.map(\.value)
    }
}

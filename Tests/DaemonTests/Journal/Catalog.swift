import FoundationEssentials
import Jobs

/// A file of explanations as it is shipped.
struct Catalog {
    let entries: [Entry]

    struct Entry {
        let id: String
        let header: [String]
        let text: String

        var subject: String {
            header.first { $0.hasPrefix("Subject: ") }.map { String($0.dropFirst("Subject: ".count)) } ?? ""
        }

        /// The fields of a line that are put into the text, as `@NAME@`.
        var fields: [String] { text.matches(of: /@([A-Z_]+)@/).map { String($0.1) } }

        /// What is to be typed: lines of their own, set in.
        var commands: [Substring] { text.split(separator: "\n").filter { $0.hasPrefix("    ") } }
    }

    init(_ language: Language) throws {
        let file = "\(TestIndex.root)/systemd/\(Self.name(language))"
        let content = try String(decoding: Data(contentsOf: URL(filePath: file)), as: UTF8.self)
        entries = content.split(separator: "\n-- ").dropFirst().map { part in
            let (head, text) =
                part.firstRange(of: "\n\n").map { (part[..<$0.lowerBound], part[$0.upperBound...]) } ?? (part, "")
            let lines = head.split(separator: "\n").map(String.init)
            return Entry(id: lines.first ?? "", header: Array(lines.dropFirst()), text: String(text))
        }
    }

    /// As systemd looks for it: by the language of the locale, `zh_CN` and then `zh`; without one in English.
    static func name(_ language: Language) -> String {
        language == .en ? "runninghubd.catalog" : "runninghubd.\(language.rawValue).catalog"
    }
}

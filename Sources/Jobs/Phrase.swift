/// A sentence for a person, in English and in the other languages that it has been written in.
///
/// All of them travel together, from the place that has something to say to the place that shows it: only there is it known who reads.
/// What has not been translated is English in every language.
package struct Phrase: Sendable, Hashable {
    /// The English sentence, which every phrase has.
    package let english: String
    private let chinese: String?
    private let russian: String?

    /// A phrase in English and perhaps in other languages.
    package init(_ english: String, zh chinese: String? = nil, ru russian: String? = nil) {
        self.english = english
        self.chinese = chinese
        self.russian = russian
    }

    /// A phrase that is put together in every language in the same way.
    package init(_ text: (Language) -> String) {
        self.init(text(.en), zh: text(.zh), ru: text(.ru))
    }

    /// The sentence in a language, in English where it has not been translated.
    package func text(in language: Language = .en) -> String {
        switch language {
        case .en: english
        case .zh: chinese ?? english
        case .ru: russian ?? english
        }
    }

    /// The sentence as a part of another, without its full stop.
    package func clause(in language: Language) -> String {
        let text = text(in: language)
        return text.hasSuffix(".") || text.hasSuffix("。") ? String(text.dropLast()) : text
    }

    /// It with a full stop, if it has none: another may follow.
    package var asSentence: Phrase {
        Phrase { language in
            let text = text(in: language)
            guard let last = text.last, !".。!！?？".contains(last) else { return text }
            return text + (language == .zh && chinese != nil ? "。" : ".")
        }
    }

    /// Whether it has been written in every language.
    package var isTranslated: Bool { chinese != nil && russian != nil }

    /// Sentences one after the other.
    ///
    /// Chinese ones stand without a space between them, unless one of them has been left in English.
    package static func joined(_ phrases: [Phrase]) -> Phrase {
        Phrase { language in
            phrases.map { $0.text(in: language) }.reduce(into: "") { text, next in
                if !text.isEmpty, !next.isEmpty, !(text.last?.endsChineseSentence ?? false) { text += " " }
                text += next
            }
        }
    }
}

extension Character {
    /// Whether it is one of the wide marks that end a Chinese sentence and have a space of their own.
    fileprivate var endsChineseSentence: Bool { "。！？；：）」”".contains(self) }
}

extension Phrase: ExpressibleByStringInterpolation {
    package init(stringLiteral english: String) {
        self.init(english)
    }
}

extension Phrase: CustomStringConvertible {
    /// The English sentence.
    package var description: String { english }
}

extension Phrase: Codable {
    private enum CodingKeys: String, CodingKey {
        case en, zh, ru
    }

    /// Reads a text, which is English, or an object with a text for each language.
    package init(from decoder: any Decoder) throws {
        if let english = try? decoder.singleValueContainer().decode(String.self) {
            self.init(english)
            return
        }
        let texts = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            try texts.decode(String.self, forKey: .en),
            zh: try texts.decodeIfPresent(String.self, forKey: .zh),
            ru: try texts.decodeIfPresent(String.self, forKey: .ru)
        )
    }

    package func encode(to encoder: any Encoder) throws {
        guard chinese != nil || russian != nil else {
            var text = encoder.singleValueContainer()
            try text.encode(english)
            return
        }
        var texts = encoder.container(keyedBy: CodingKeys.self)
        try texts.encode(english, forKey: .en)
        try texts.encodeIfPresent(chinese, forKey: .zh)
        try texts.encodeIfPresent(russian, forKey: .ru)
    }
}

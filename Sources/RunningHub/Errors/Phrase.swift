/// A sentence for a person, in the languages that it has been written in.
package struct Phrase: Sendable, Hashable, ExpressibleByStringLiteral {
    /// The English sentence, which every phrase has.
    package let english: String
    /// The sentence in further languages, by their code (`zh`, `ru`).
    package let translations: [String: String]

    /// A phrase in English and perhaps in other languages.
    package init(_ english: String, _ translations: [String: String] = [:]) {
        self.english = english
        self.translations = translations
    }

    package init(stringLiteral english: String) {
        self.init(english)
    }

    /// The sentence in a language, in English where it has not been translated.
    package func text(in language: String = "en") -> String {
        translations[language] ?? english
    }
}

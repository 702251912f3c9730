/// The languages of what people read in their folders.
///
/// The journal, the commands and every document for programs stay English.
package enum Language: String, Sendable, Hashable, CaseIterable {
    case en, zh, ru
}

/// How answers are written where sources differ in form and not in sense.
///
/// It holds for every answer of the API, on whichever path, and for the callbacks' bodies not at all: those have ``CallbackSettings``.
package struct FormSettings: Sendable, Hashable, Codable {
    /// `code` of a success; some clients accept 200.
    package var successCode = 0
    /// `msg` or `message` of a success: `success`, `SUCCESS`, or empty.
    package var successMessage = "success"
    /// Whether envelopes have `errorMessages`, which is null in those seen live.
    package var errorMessages = false
    /// Whether `code` is a text.
    package var codeAsText = false
    /// Whether the `errorCode` of a flat error is a number.
    package var errorCodeAsNumber = false
    /// Whether task ids are bare numbers.
    package var bareTaskNumbers = false
    /// The word for a cancelled task: `CANCEL`, `CANCELED`, `CANCELLED`.
    package var cancelledStatus = "CANCEL"
    /// Whether states are written in small letters.
    package var lowerCaseStatus = false
    /// How figures (costs, balances, counts, sizes) are written.
    package var figures = Figures.documented
    /// How `failedReason` and its parts are written.
    package var failedReason = FailedReason.documented
    /// Whether the JSON inside a text (`promptTips`, `prompt`, `fieldData`) stands there as it is.
    package var openTexts = false
    /// Members that are null, by their names, wherever they stand.
    package var nulled: [String] = []
    /// Members that are missing, by their names, wherever they stand.
    package var omitted: [String] = []
    /// Members that go by another name, wherever they stand: `{"fileName": "filename"}`.
    package var renamed: [String: String] = [:]

    /// How figures are written.
    package enum Figures: String, Sendable, Hashable, Codable {
        /// As each path is documented.
        case documented
        /// All as texts.
        case texts
        /// All as numbers.
        case numbers
    }

    /// How `failedReason` is written.
    package enum FailedReason: String, Sendable, Hashable, Codable {
        /// In v1 all parts as texts, in v2 the traceback as an array.
        case documented
        /// All parts as texts, in v2 too.
        case texts
        /// The traceback as an array, in v1 too.
        case arrays
        /// The whole object as JSON inside a text.
        case json
    }
}

/// One try of a callback that is to be made.
struct CallbackDelivery: Sendable {
    /// Index of the callback in the record.
    var index: Int
    var generation: Int
    var taskID: String
    var kind: CallbackKind
    /// 1 for the first try.
    var attempt: Int
    var url: String
    var body: String
    var timeout: Duration
}

/// What came of a try.
enum CallbackResult: Sendable {
    case answered(Int)
    case unanswered(String)
}

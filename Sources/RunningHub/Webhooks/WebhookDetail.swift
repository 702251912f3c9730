/// What the service knows of a task's callback.
///
/// There is one as soon as the task has ended; what became of the task is for a query to say.
package struct WebhookDetail: Sendable, Hashable {
    /// The id by which the callback is asked for again.
    package let id: String
    /// Whether the receiver took it; `nil` where the service does not say.
    package let delivered: Bool?
    /// What the receiver answered, or why nothing came through.
    package let response: String?
    /// How often it was tried again.
    package let retries: Int?
    /// When it was made, as the service writes it, without a time zone.
    package let createdAt: String?
    /// When it was last tried, written likewise.
    package let updatedAt: String?

    /// Reads the answer; `nil` where it has no id.
    init?(_ reply: Reply) {
        func text(_ name: String) -> String? {
            reply.content[name]?.filledText.map { RemoteText.clean($0) }
        }
        // The id has the form of a task's: up to 19 digits, as text or as a number.
        guard let id = TaskID.read(reply.content["id", "webhookId"]) else { return nil }
        self.id = id
        switch text("callbackStatus")?.uppercased() {
        case "SUCCESS": delivered = true
        case "FAILED", "FAIL": delivered = false
        default: delivered = nil
        }
        response = text("callbackResponse")
        retries = text("retryCount").flatMap(Int.init)
        createdAt = text("createTime")
        updatedAt = text("updateTime")
    }
}

package import Jobs

extension Cloud {
    /// Asks what became of a task's callback; `nil` where there is none.
    ///
    /// There is none as long as the task has not ended, and none for a task that was started without an address for it
    /// (code 1, `webhook event not exists`).
    package func webhookDetail(_ taskID: String) async throws(CloudError) -> WebhookDetail? {
        let reply: Reply
        do throws(CloudError) {
            reply = try await askVersion1(
                "/task/openapi/getWebhookDetail",
                ["apiKey": .text(key.expose()), "taskId": .text(taskID)]
            )
        } catch {
            guard error.errorCode?.number == 1, error.message.contains("not exist") else { throw error }
            return nil
        }
        // An envelope without data is no event either.
        guard reply.root["data"] != nil else { return nil }
        guard let detail = WebhookDetail(reply) else {
            throw CloudError(.badAnswer, "The answer tells nothing of the callback.")
        }
        return detail
    }

    /// Asks for a callback to be made again.
    ///
    /// - Parameters:
    ///   - id: ``WebhookDetail/id``.
    ///   - address: Where to; `nil` for where it went before.
    /// - Throws: ``CloudError``; the request may be made again.
    package func retryWebhook(_ id: String, to address: Secret? = nil) async throws(CloudError) {
        var body: [String: JSONValue] = ["apiKey": .text(key.expose()), "webhookId": .text(id)]
        body["webhookUrl"] = address.map { .text($0.expose()) }
        _ = try await askVersion1("/task/openapi/retryWebhook", body, hiding: address.map { [$0] } ?? [])
    }
}

import AsyncHTTPClient
import NIOCore

extension Cloud {
    /// Starts a task.
    ///
    /// This is the one request that is never repeated, for it may cost.
    ///
    /// It has its own connection, made for it and closed after it: an idle one from a pool may be dead already, and then nobody could tell
    /// whether the request arrived. So ``SubmissionOutcome/notSent(_:)`` is given only where not one byte was written once the connection
    /// stood, as seen next to the socket and after it was closed.
    ///
    /// Cancelling the calling task does not cancel the request: it ends by itself within ``Transport/Timeouts/submission``.
    package func submit(_ submission: Submission) async -> SubmissionOutcome {
        let request: HTTPClientRequest
        do {
            let (path, body) = submission.request(key: key)
            request = try post(path, body)
        } catch {
            return .notSent(error)
        }
        // The one unstructured task of this room: cancellation must not reach it, or a stop would make known outcomes unknown.
        return await Task { await send(request, of: submission) }.value
    }

    private func send(_ request: HTTPClientRequest, of submission: Submission) async -> SubmissionOutcome {
        let wire = WireRecord()
        do {
            let answer = try await transport.withFreshClient { configuration in
                configuration.http1_1ConnectionDebugInitializer = { wire.watch($0) }
            } _: { client in
                try await transport.exchange(
                    request,
                    with: client,
                    limit: Self.answerLimit,
                    within: transport.timeouts.submission
                )
            }
            return .judge(answer, hiding: hidden + submission.secrets)
        } catch {
            // The client has been shut down: its connection is closed, and what the record says is final.
            let error = CloudError.network(error)
            return wire.hasWritten ? .unknown(error) : .notSent(error)
        }
    }
}

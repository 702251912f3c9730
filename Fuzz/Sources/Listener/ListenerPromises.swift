/// Whatever bytes come on a connection: an answer for each request, no effect without a token, and an end.
///
/// In an input, `@TOKEN@` stands for the token of the job `0123456789ab` and its first attempt. The byte before the request says where it is
/// cut in two.
enum ListenerPromises {
    static let marker = Array("@TOKEN@".utf8)
    private static let listener = FuzzedListener.start()

    static func check(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes)
        let cut = Int(input.byte())
        let (sent, tokens) = issued(Array(input.rest))
        let (whole, effect) = exchange(sent, [])
        promise(effect <= tokens, "No callback counts without a token of its own.", whole.text)
        promise(whole.accepted <= tokens, "Nobody is told that a forged callback was taken.", whole.text)
        let pieces = exchange(sent, [min(cut, sent.count)])
        promise(pieces.effect == effect, "It does not matter in what pieces a request comes.", (whole, pieces.answers))
        promise(pieces.answers == whole, "An answer does not depend on pieces.", (whole, pieces.answers))
    }

    private static func exchange(_ bytes: [UInt8], _ cuts: [Int]) -> (answers: Answers, effect: Int) {
        let before = listener.accepted
        let (answer, hasEnded) = listener.exchange(bytes, cuts)
        promise(answer.count <= 1024 + 16 * bytes.count, "Answers are small.", answer.count)
        let answers = Answers(text: String(decoding: answer, as: UTF8.self))
        promise(hasEnded, "A connection whose peer has finished comes to its end.", answers.text)
        promise(answers.areKnown, "All that is answered is known.", answers.text)
        return (answers, listener.accepted - before)
    }

    /// The input with its tokens filled in, and how many there are.
    private static func issued(_ bytes: [UInt8]) -> ([UInt8], tokens: Int) {
        let parts = bytes.split(separator: marker, omittingEmptySubsequences: false)
        return (Array(parts.joined(separator: listener.token.utf8)), parts.count - 1)
    }
}

/// What came back on a connection.
struct Answers: Equatable {
    let text: String

    private var heads: [Substring] {
        text.split(separator: "HTTP/1.1 ", omittingEmptySubsequences: true).map { $0.prefix(3) }
    }

    /// How many callbacks were said to be taken.
    var accepted: Int { text.ranges(of: "{\"code\":0}").count }

    /// Whether there is nothing but the answers that the listener gives.
    var areKnown: Bool {
        text.isEmpty
            || text.hasPrefix("HTTP/1.1 ") && heads.allSatisfy { ["100", "200", "400", "404", "405"].contains($0) }
    }

    /// The same answers, but for the time that stands in them.
    static func == (left: Answers, right: Answers) -> Bool {
        left.heads == right.heads
    }
}

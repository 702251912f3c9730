import Jobs

@testable import Daemon
@testable import RunningHub

/// No address is genuine but one that was issued, and an address of a result says where it leads.
enum AddressPromises {
    private static let tokens = CallbackTokens(secret: Array(repeating: 7, count: CallbackTokens.secretLength))
    /// Stands in inputs for the token of the address's own job and attempt.
    private static let marker = "@TOKEN@"

    static func check(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        checkCallback(text)
        checkInput(text)
        checkName(bytes)
        checkRange(text, length: Int64(bytes.count))
        if let address = ResultAddress(text) { check(address) }
        _ = AddressPolicy.PrivateHost(text)
    }

    private static func checkCallback(_ path: String) {
        guard let address = CallbackAddress(path: path[...]) else { return }
        let issued = tokens.token(job: address.job, attempt: address.attempt)
        promise(address.attempt > 0, "Attempts count from 1.", address)
        let isValid = tokens.isValid(address.token, job: address.job, attempt: address.attempt)
        promise(isValid == (address.token == issued), "Only a token that was issued is genuine.", address)
        let isMarked = address.token.contains(marker)
        guard isMarked else { return }
        let token = address.token.replacing(marker, with: issued)
        let isGenuine = tokens.isValid(token, job: address.job, attempt: address.attempt)
        promise(isGenuine == (token == issued), "A token with anything beside it is none.", token)
        promise(!tokens.isValid(issued, job: address.job, attempt: address.attempt &+ 1), "A token is of one attempt.")
    }

    private static func checkInput(_ path: String) {
        guard let address = InputAddress(path: path[...]) else { return }
        let issued = tokens.token(job: address.job, input: address.name)
        let isValid = tokens.isValid(address.token, job: address.job, input: address.name)
        promise(isValid == (address.token == issued), "Only a token that was issued is genuine.", address)
        let isOfCallback = tokens.isValid(issued, job: address.job, attempt: 1)
        promise(!isOfCallback, "The token of a file is of no use for a callback.", address)
    }

    /// Every name of a file can be an address and comes back from it.
    private static func checkName(_ bytes: [UInt8]) {
        guard let name = FileName(bytes: bytes.prefix(FileName.maximumLength)), let job = JobID("0123456789ab") else {
            return
        }
        let token = tokens.token(job: job, input: name)
        let path = "/rh/input/\(job)/\(token)/\(InputAddress.encoded(name))"
        promise(path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !#"?#""#.utf8.contains($0) }, "It can be sent.", path)
        let address = InputAddress(path: path[...])
        promise(address?.name == name && address?.job == job, "A name comes back from its address.", path)
        promise(tokens.isValid(token, job: job, input: name), "An address that was issued is genuine.", path)
    }

    private static func checkRange(_ field: String, length: Int64) {
        guard case .part(let range) = ByteRange("bytes=" + field, length: length) else { return }
        promise(!range.isEmpty && range.lowerBound >= 0 && range.upperBound <= length, "A range is in the file.", range)
    }

    static func check(_ address: ResultAddress) {
        promise(
            (1...65535).contains(address.port) && !address.host.isEmpty,
            "An address leads somewhere.",
            address.text
        )
        promise(["http", "https"].contains(address.scheme.rawValue), "An address is one of the web.", address.text)
        promise(!address.description.contains("?"), "No signature is shown.", address.text)
        promise(ResultAddress(address.text) == address, "An address stays as it is.", address.text)
        promise(address.fileName?.isEmpty != true, "A name is one.", address.text)
        for location in ["/x", "?", "//h:0/", address.text, "file:///etc/passwd", "http://a:b@c/"] {
            let next = address.redirected(to: location)
            promise(next.map { (1...65535).contains($0.port) } ?? true, "A redirect leads somewhere.", location)
        }
    }
}

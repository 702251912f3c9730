/// Why a request on the control socket is not carried out, for the person who made it.
struct ControlRefusal: Error {
    /// The kinds, each with its HTTP status.
    enum Kind: Int, Sendable {
        /// It cannot be understood.
        case badRequest = 400
        /// The caller may not ask for it.
        case forbidden = 403
        /// There is no such thing.
        case notFound = 404
        /// It does not apply to the thing as it is.
        case conflict = 409
        /// It cannot be done at the moment.
        case unavailable = 503
    }

    let kind: Kind
    let message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}

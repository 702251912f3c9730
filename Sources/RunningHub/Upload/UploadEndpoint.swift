/// Where a file is uploaded to.
package enum UploadEndpoint: String, Sendable, Hashable, CaseIterable {
    /// `/task/openapi/upload`, with the key in the form.
    case v1
    /// `/openapi/v2/media/upload/binary`, which also gives an address of the file.
    case v2

    /// The path.
    var path: String {
        switch self {
        case .v1: "/task/openapi/upload"
        case .v2: "/openapi/v2/media/upload/binary"
        }
    }
}

/// A file that the service has.
package struct UploadedFile: Sendable, Hashable {
    /// Its name there, opaque: the value for a node that loads a file.
    package let fileName: String
    /// Its address, for nodes that load from one; given by ``UploadEndpoint/v2`` alone, good for a day.
    package let downloadURL: String?
}

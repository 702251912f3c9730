/// Made-up content of any size that takes no memory: each byte follows from the seed and its position.
struct GeneratedBytes: Sendable, Hashable {
    let seed: UInt64
    let count: Int
    private let signature: [UInt8]

    init(seed: UInt64, count: Int, type: String = "") {
        self.seed = seed
        self.count = count
        signature = FileType.signature(type)
    }

    /// Writes the bytes from `offset` on into `target`, as many as it holds.
    func fill(_ target: UnsafeMutableRawBufferPointer, from offset: Int) {
        var index = 0
        while index < target.count {
            let position = offset + index
            let word = SeededGenerator.mix(seed &+ UInt64(position / 8) &* SeededGenerator.increment)
            let inWord = position % 8
            if inWord == 0, target.count - index >= 8 {
                target.storeBytes(of: word.littleEndian, toByteOffset: index, as: UInt64.self)
                index += 8
            } else {
                target[index] = UInt8(truncatingIfNeeded: word >> UInt64(inWord * 8))
                index += 1
            }
        }
        for (position, byte) in signature.enumerated() where position >= offset && position - offset < target.count {
            target[position - offset] = byte
        }
    }
}

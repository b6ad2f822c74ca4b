using System.Buffers.Binary;
using System.Numerics;

namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>The block cipher SM4 (GB/T 32907-2016) with one key, block by block (ECB), which the framework does not have. For HJ 212-2025 only: equal blocks
/// give equal cipher text, so this hides little; run TLS as well. Its tables are looked up by secret bytes, so a neighbour on the same processor may learn the
/// key: not for anything but this protocol.</summary>
public sealed class Sm4
{
    /// <summary>Bytes of a block, and of a key.</summary>
    public const int BlockBytes = 16;

    private const int Rounds = 32;

    // 6.2.1: the S-box.
    private static ReadOnlySpan<byte> SBox =>
    [
        0xD6, 0x90, 0xE9, 0xFE, 0xCC, 0xE1, 0x3D, 0xB7, 0x16, 0xB6, 0x14, 0xC2, 0x28, 0xFB, 0x2C, 0x05,
        0x2B, 0x67, 0x9A, 0x76, 0x2A, 0xBE, 0x04, 0xC3, 0xAA, 0x44, 0x13, 0x26, 0x49, 0x86, 0x06, 0x99,
        0x9C, 0x42, 0x50, 0xF4, 0x91, 0xEF, 0x98, 0x7A, 0x33, 0x54, 0x0B, 0x43, 0xED, 0xCF, 0xAC, 0x62,
        0xE4, 0xB3, 0x1C, 0xA9, 0xC9, 0x08, 0xE8, 0x95, 0x80, 0xDF, 0x94, 0xFA, 0x75, 0x8F, 0x3F, 0xA6,
        0x47, 0x07, 0xA7, 0xFC, 0xF3, 0x73, 0x17, 0xBA, 0x83, 0x59, 0x3C, 0x19, 0xE6, 0x85, 0x4F, 0xA8,
        0x68, 0x6B, 0x81, 0xB2, 0x71, 0x64, 0xDA, 0x8B, 0xF8, 0xEB, 0x0F, 0x4B, 0x70, 0x56, 0x9D, 0x35,
        0x1E, 0x24, 0x0E, 0x5E, 0x63, 0x58, 0xD1, 0xA2, 0x25, 0x22, 0x7C, 0x3B, 0x01, 0x21, 0x78, 0x87,
        0xD4, 0x00, 0x46, 0x57, 0x9F, 0xD3, 0x27, 0x52, 0x4C, 0x36, 0x02, 0xE7, 0xA0, 0xC4, 0xC8, 0x9E,
        0xEA, 0xBF, 0x8A, 0xD2, 0x40, 0xC7, 0x38, 0xB5, 0xA3, 0xF7, 0xF2, 0xCE, 0xF9, 0x61, 0x15, 0xA1,
        0xE0, 0xAE, 0x5D, 0xA4, 0x9B, 0x34, 0x1A, 0x55, 0xAD, 0x93, 0x32, 0x30, 0xF5, 0x8C, 0xB1, 0xE3,
        0x1D, 0xF6, 0xE2, 0x2E, 0x82, 0x66, 0xCA, 0x60, 0xC0, 0x29, 0x23, 0xAB, 0x0D, 0x53, 0x4E, 0x6F,
        0xD5, 0xDB, 0x37, 0x45, 0xDE, 0xFD, 0x8E, 0x2F, 0x03, 0xFF, 0x6A, 0x72, 0x6D, 0x6C, 0x5B, 0x51,
        0x8D, 0x1B, 0xAF, 0x92, 0xBB, 0xDD, 0xBC, 0x7F, 0x11, 0xD9, 0x5C, 0x41, 0x1F, 0x10, 0x5A, 0xD8,
        0x0A, 0xC1, 0x31, 0x88, 0xA5, 0xCD, 0x7B, 0xBD, 0x2D, 0x74, 0xD0, 0x12, 0xB8, 0xE5, 0xB4, 0xB0,
        0x89, 0x69, 0x97, 0x4A, 0x0C, 0x96, 0x77, 0x7E, 0x65, 0xB9, 0xF1, 0x09, 0xC5, 0x6E, 0xC6, 0x84,
        0x18, 0xF0, 0x7D, 0xEC, 0x3A, 0xDC, 0x4D, 0x20, 0x79, 0xEE, 0x5F, 0x3E, 0xD7, 0xCB, 0x39, 0x48,
    ];

    // The S-box and the mixing L (6.2.2) of a byte in the highest place; other places are rotations of it.
    private static readonly uint[] Mixed = BuildMixed();

    private readonly uint[] roundKeys = new uint[Rounds];

    /// <param name="key">16 bytes.</param>
    public Sm4(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, BlockBytes);
        // 7.3: the key expansion, with the system parameter FK and the constants CK.
        Span<uint> k = stackalloc uint[4];
        ReadOnlySpan<uint> fk = [0xA3B1BAC6, 0x56AA3350, 0x677D9197, 0xB27022DC];
        for (int i = 0; i < 4; i++)
            k[i] = BinaryPrimitives.ReadUInt32BigEndian(key[(4 * i)..]) ^ fk[i];
        for (int round = 0; round < Rounds; round++)
        {
            uint ck = 0;
            for (int j = 0; j < 4; j++)
                ck = (ck << 8) | (byte)((4 * round + j) * 7);
            uint word = Substitute(k[1] ^ k[2] ^ k[3] ^ ck);
            uint next = k[0] ^ word ^ BitOperations.RotateLeft(word, 13) ^ BitOperations.RotateLeft(word, 23);
            roundKeys[round] = next;
            (k[0], k[1], k[2], k[3]) = (k[1], k[2], k[3], next);
        }
    }

    /// <summary>Encrypts the whole blocks; a rest of 1 to 15 bytes stays as it is (HJ 212-2025, annex A).</summary>
    /// <param name="plain">Any length.</param>
    /// <param name="cipher">As long; may be <paramref name="plain"/> itself.</param>
    public void Encrypt(ReadOnlySpan<byte> plain, Span<byte> cipher) => Transform(plain, cipher, isEncrypting: true);

    /// <summary>The reverse of <see cref="Encrypt"/>.</summary>
    /// <param name="cipher">Any length.</param>
    /// <param name="plain">As long; may be <paramref name="cipher"/> itself.</param>
    public void Decrypt(ReadOnlySpan<byte> cipher, Span<byte> plain) => Transform(cipher, plain, isEncrypting: false);

    private void Transform(ReadOnlySpan<byte> source, Span<byte> target, bool isEncrypting)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(target.Length, source.Length);
        int whole = source.Length / BlockBytes * BlockBytes;
        for (int at = 0; at < whole; at += BlockBytes)
            TransformBlock(source.Slice(at, BlockBytes), target.Slice(at, BlockBytes), isEncrypting);
        source[whole..].CopyTo(target[whole..]);
    }

    private void TransformBlock(ReadOnlySpan<byte> source, Span<byte> target, bool isEncrypting)
    {
        uint a = BinaryPrimitives.ReadUInt32BigEndian(source);
        uint b = BinaryPrimitives.ReadUInt32BigEndian(source[4..]);
        uint c = BinaryPrimitives.ReadUInt32BigEndian(source[8..]);
        uint d = BinaryPrimitives.ReadUInt32BigEndian(source[12..]);
        for (int round = 0; round < Rounds; round++)
        {
            uint next = a ^ Mix(b ^ c ^ d ^ roundKeys[isEncrypting ? round : Rounds - 1 - round]);
            (a, b, c, d) = (b, c, d, next);
        }
        BinaryPrimitives.WriteUInt32BigEndian(target, d);
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], c);
        BinaryPrimitives.WriteUInt32BigEndian(target[8..], b);
        BinaryPrimitives.WriteUInt32BigEndian(target[12..], a);
    }

    private static uint Mix(uint word) =>
        Mixed[word >> 24] ^ BitOperations.RotateRight(Mixed[(byte)(word >> 16)], 8) ^ BitOperations.RotateRight(Mixed[(byte)(word >> 8)], 16) ^
        BitOperations.RotateRight(Mixed[(byte)word], 24);

    private static uint Substitute(uint word) =>
        ((uint)SBox[(int)(word >> 24)] << 24) | ((uint)SBox[(byte)(word >> 16)] << 16) | ((uint)SBox[(byte)(word >> 8)] << 8) | SBox[(byte)word];

    private static uint[] BuildMixed()
    {
        var mixed = new uint[256];
        for (int value = 0; value < 256; value++)
        {
            uint word = (uint)SBox[value] << 24;
            mixed[value] = word ^ BitOperations.RotateLeft(word, 2) ^ BitOperations.RotateLeft(word, 10) ^ BitOperations.RotateLeft(word, 18) ^
                BitOperations.RotateLeft(word, 24);
        }
        return mixed;
    }
}

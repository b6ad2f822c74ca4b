using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SensorGrid.Ingest.Service.Hosting.Tls;

/// <summary>One certificate revocation list (RFC 5280, 5.1), read without a network: .NET checks lists only where it may fetch them itself.
/// <code>
/// CertificateList  = { TBSCertList, signatureAlgorithm, signature }
/// TBSCertList      = { version?, signature, issuer, thisUpdate, nextUpdate?, revokedCertificates?, [0] extensions? }
/// revoked          = { serialNumber, revocationDate, extensions? }
/// </code></summary>
internal sealed class RevocationList
{
    private const string PemLabel = "X509 CRL";

    // Those say something that a list of all revoked certificates needs not: it is not for all of them, or only a difference.
    private static readonly string[] Partial = ["2.5.29.27", "2.5.29.28"];

    private readonly ReadOnlyMemory<byte> signed;
    private readonly string algorithm;
    private readonly byte[] signature;
    private readonly HashSet<string> serials = new(StringComparer.Ordinal);

    private RevocationList(ReadOnlyMemory<byte> der)
    {
        var list = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        signed = list.PeekEncodedValue();
        var body = list.ReadSequence();
        algorithm = list.ReadSequence().ReadObjectIdentifier();
        signature = list.ReadBitString(out int unusedBits);
        if (unusedBits != 0)
            throw new CryptographicException("its signature does not end at a byte");

        if (body.PeekTag() == Asn1Tag.Integer)
            body.ReadInteger();
        if (body.ReadSequence().ReadObjectIdentifier() != algorithm)
            throw new CryptographicException("its two signature algorithms differ");
        Issuer = body.ReadEncodedValue();
        ReadTime(body);
        if (body.HasData && body.PeekTag().TagValue is (int)UniversalTagNumber.UtcTime or (int)UniversalTagNumber.GeneralizedTime)
            NextUpdate = ReadTime(body);
        if (body.HasData && body.PeekTag() == Asn1Tag.Sequence)
            ReadRevoked(body.ReadSequence());
        if (body.HasData)
            CheckExtensions(body.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadSequence());
    }

    /// <summary>Name of the authority, in DER.</summary>
    public ReadOnlyMemory<byte> Issuer { get; }

    /// <summary>When the next one is due at the latest; null when it does not say.</summary>
    public DateTimeOffset? NextUpdate { get; }

    /// <summary>Certificates on it.</summary>
    public int Count => serials.Count;

    /// <summary>The lists of a file: PEM, one or more, or one in DER.</summary>
    /// <exception cref="CryptographicException">It holds none, or one that cannot be used.</exception>
    public static IReadOnlyList<RevocationList> ReadFile(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        try
        {
            // DER begins with a SEQUENCE, text does not.
            if (bytes is [0x30, ..])
                return [new(bytes)];
            var lists = new List<RevocationList>();
            var text = System.Text.Encoding.ASCII.GetString(bytes).AsSpan();
            while (PemEncoding.TryFind(text, out var fields))
            {
                if (text[fields.Label] is PemLabel)
                    lists.Add(new(Convert.FromBase64String(text[fields.Base64Data].ToString())));
                text = text[fields.Location.End..];
            }
            return lists.Count > 0 ? lists : throw new CryptographicException($"it holds no \"{PemLabel}\"");
        }
        catch (AsnContentException e)
        {
            throw new CryptographicException($"it is no revocation list: {e.Message}", e);
        }
    }

    /// <summary>Whether an authority has signed it.</summary>
    public bool IsSignedBy(X509Certificate2 authority)
    {
        if (!authority.SubjectName.RawData.AsSpan().SequenceEqual(Issuer.Span))
            return false;
        var hash = algorithm switch
        {
            "1.2.840.10045.4.3.2" or "1.2.840.113549.1.1.11" => HashAlgorithmName.SHA256,
            "1.2.840.10045.4.3.3" or "1.2.840.113549.1.1.12" => HashAlgorithmName.SHA384,
            "1.2.840.10045.4.3.4" or "1.2.840.113549.1.1.13" => HashAlgorithmName.SHA512,
            _ => throw new CryptographicException($"its signature algorithm {algorithm} is none of ECDSA and RSA (PKCS #1) with SHA-256, 384 or 512"),
        };
        using var elliptic = authority.GetECDsaPublicKey();
        using var rsa = authority.GetRSAPublicKey();
        return elliptic?.VerifyData(signed.Span, signature, hash, DSASignatureFormat.Rfc3279DerSequence)
            ?? rsa?.VerifyData(signed.Span, signature, hash, RSASignaturePadding.Pkcs1)
            ?? false;
    }

    /// <summary>Whether it lists a certificate.</summary>
    public bool Lists(X509Certificate2 certificate) =>
        certificate.IssuerName.RawData.AsSpan().SequenceEqual(Issuer.Span) && serials.Contains(Number(certificate.SerialNumberBytes.Span));

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag().TagValue == (int)UniversalTagNumber.UtcTime ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();

    private void ReadRevoked(AsnReader revoked)
    {
        while (revoked.HasData)
            serials.Add(Number(revoked.ReadSequence().ReadIntegerBytes().Span));
    }

    private static void CheckExtensions(AsnReader extensions)
    {
        while (extensions.HasData)
        {
            var extension = extensions.ReadSequence();
            string id = extension.ReadObjectIdentifier();
            bool isCritical = extension.PeekTag() == Asn1Tag.Boolean && extension.ReadBoolean();
            if (Partial.Contains(id) || isCritical)
                throw new CryptographicException($"it is not a whole list of one authority (extension {id})");
        }
    }

    private static string Number(ReadOnlySpan<byte> bigEndian) => Convert.ToHexString(bigEndian.TrimStart((byte)0));
}

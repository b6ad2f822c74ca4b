using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SensorGrid.Ingest.Service.Tests.Hosting.Tls;

/// <summary>An authority made for one test, its certificates, and its revocation lists.</summary>
internal sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset Begin = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly AsymmetricAlgorithm key;
    private readonly CertificateRevocationListBuilder revoked = new();
    private int lists;

    public TestAuthority(string name = "CN=test authority", bool rsa = false)
    {
        CertificateRequest request;
        if (rsa)
        {
            var rsaKey = RSA.Create(2048);
            (key, request) = (rsaKey, new(name, rsaKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        }
        else
        {
            var ecdsaKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            (key, request) = (ecdsaKey, new(name, ecdsaKey, HashAlgorithmName.SHA256));
        }
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Certificate = request.CreateSelfSigned(Begin, End);
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>A certificate with its key, as a client uses it.</summary>
    public X509Certificate2 Issue(string subject, DateTimeOffset? until = null, bool forServers = false)
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, own, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new(forServers ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2")], false));
        byte[] serial = RandomNumberGenerator.GetBytes(8);
        serial[0] = 0x7F;
        using var issued = request.Create(Certificate.SubjectName, Generator(), Begin, until ?? End, serial);
        using var withKey = issued.CopyWithPrivateKey(own);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }

    public void Revoke(X509Certificate2 certificate) => revoked.AddEntry(certificate);

    /// <summary>The newest list, as PEM.</summary>
    public string List(DateTimeOffset? nextUpdate = null) => PemEncoding.WriteString("X509 CRL", ListInDer(nextUpdate));

    public byte[] ListInDer(DateTimeOffset? nextUpdate = null) => key is RSA
        ? revoked.Build(Certificate, ++lists, nextUpdate ?? End, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1, Begin)
        : revoked.Build(Certificate, ++lists, nextUpdate ?? End, HashAlgorithmName.SHA256, thisUpdate: Begin);

    public void Dispose()
    {
        Certificate.Dispose();
        key.Dispose();
    }

    private X509SignatureGenerator Generator() => key is RSA rsa
        ? X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1)
        : X509SignatureGenerator.CreateForECDsa((ECDsa)key);
}

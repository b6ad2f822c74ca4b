using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SensorGrid.Readings.IO;

namespace SensorGrid.Ingest.Service.Hosting.Tls;

/// <summary>What clients' certificates are checked with: authorities of ours, not those of the system, and their revocation lists. Nothing is fetched. Which
/// gateway a certificate is of is asked later, when its client says who it is.</summary>
internal sealed class ClientTrust : IDisposable
{
    private readonly X509Certificate2Collection authorities;
    private readonly string? revocationFile;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private IReadOnlyList<RevocationList> revocations = [];
    private FileStamp revocationStamp;

    private ClientTrust(X509Certificate2Collection authorities, string? revocationFile, TimeProvider time, ILogger logger) =>
        (this.authorities, this.revocationFile, this.time, this.logger) = (authorities, revocationFile, time, logger);

    /// <exception cref="StartException">A file cannot be used.</exception>
    public static ClientTrust Load(MqttTlsOptions options, TimeProvider time, ILogger logger)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(options.ClientAuthorities!);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StartException($"Mqtt:Tls:ClientAuthorities: {options.ClientAuthorities} cannot be used: {e.Message}");
        }
        if (authorities.Count == 0)
            throw new StartException($"Mqtt:Tls:ClientAuthorities: {options.ClientAuthorities} holds no certificate (PEM).");
        var trust = new ClientTrust(authorities, options.ClientRevocations, time, logger);
        try
        {
            trust.ReadRevocations();
            return trust;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            trust.Dispose();
            throw new StartException($"Mqtt:Tls:ClientRevocations: {options.ClientRevocations} cannot be used: {e.Message}");
        }
    }

    /// <summary>How a chain is built; a new one for each handshake, which adds to it.</summary>
    public X509ChainPolicy CreateChainPolicy()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    /// <summary>Why a client is turned away, as counters say it, and whose certificate it was; no reason when it is let on.</summary>
    public (string? Refusal, string Detail) Judge(X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors, bool isRequired)
    {
        if (shown is not X509Certificate2 certificate || chain is null)
            return (isRequired ? "certificate_missing" : null, "no certificate");
        string detail = $"{certificate.Subject}, serial {certificate.SerialNumber}";
        var status = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        // Whose it is before how old it is: a stranger's is not expired, it is a stranger's.
        string? refusal =
            (status & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotSignatureValid)) != 0 ? "certificate_untrusted"
            : (status & X509ChainStatusFlags.NotTimeValid) != 0 ? "certificate_expired"
            : status != X509ChainStatusFlags.NoError || errors != SslPolicyErrors.None ? "certificate_invalid"
            : IsRevoked(chain) ? "certificate_revoked"
            : null;
        return (refusal, detail);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var authority in authorities)
            authority.Dispose();
    }

    private bool IsRevoked(X509Chain chain)
    {
        IReadOnlyList<RevocationList> lists;
        lock (gate)
        {
            RefreshRevocations_NeedsLock();
            lists = revocations;
        }
        return chain.ChainElements.Any(element => lists.Any(list => list.Lists(element.Certificate)));
    }

    // A list that is being replaced, or that somebody spoiled, does not keep gateways out, and lets nobody in who was out.
    private void RefreshRevocations_NeedsLock()
    {
        if (revocationFile is null || FileStamp.Of(revocationFile) == revocationStamp)
            return;
        try
        {
            ReadRevocations();
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            revocationStamp = FileStamp.Of(revocationFile);
            Log.RevocationsUnusable(logger, revocationFile, e.Message);
        }
    }

    private void ReadRevocations()
    {
        if (revocationFile is null)
            return;
        var stamp = FileStamp.Of(revocationFile);
        var lists = RevocationList.ReadFile(revocationFile);
        foreach (var list in lists)
        {
            if (!authorities.Any(list.IsSignedBy))
                throw new CryptographicException($"a list in it ({new X500DistinguishedName(list.Issuer.Span).Name}) is not signed by one of Mqtt:Tls:ClientAuthorities");
            if (list.NextUpdate is { } due && due < time.GetUtcNow())
                Log.RevocationsOutOfDate(logger, revocationFile, due);
        }
        (revocations, revocationStamp) = (lists, stamp);
    }
}

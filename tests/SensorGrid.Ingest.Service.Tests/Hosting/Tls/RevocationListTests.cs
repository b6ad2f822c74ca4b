using System.Security.Cryptography;
using SensorGrid.Ingest.Service.Hosting.Tls;

namespace SensorGrid.Ingest.Service.Tests.Hosting.Tls;

public sealed class RevocationListTests : IDisposable
{
    private readonly string file = Path.GetTempFileName();

    public void Dispose() => File.Delete(file);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_list_names_what_was_revoked_and_who_signed_it(bool rsa)
    {
        using var authority = new TestAuthority(rsa: rsa);
        using var namesake = new TestAuthority();
        using var stranger = new TestAuthority("CN=another");
        using var good = authority.Issue("CN=good");
        using var bad = authority.Issue("CN=bad");
        authority.Revoke(bad);
        File.WriteAllText(file, $"some words\n{authority.List()}\n");

        var list = Assert.Single(RevocationList.ReadFile(file));

        Assert.Equal((1, true, false), (list.Count, list.Lists(bad), list.Lists(good)));
        Assert.Equal((true, false, false), (list.IsSignedBy(authority.Certificate), list.IsSignedBy(namesake.Certificate), list.IsSignedBy(stranger.Certificate)));
        Assert.Equal(2100, list.NextUpdate?.Year);
    }

    [Fact]
    public void A_file_holds_several_lists_in_PEM_or_one_in_DER()
    {
        using var one = new TestAuthority();
        using var two = new TestAuthority("CN=another");
        File.WriteAllText(file, one.List() + "\n" + two.List());
        Assert.Equal(2, RevocationList.ReadFile(file).Count);

        File.WriteAllBytes(file, one.ListInDer());
        Assert.Equal(0, Assert.Single(RevocationList.ReadFile(file)).Count);
    }

    [Fact]
    public void What_is_no_list_is_refused_at_every_length_and_with_every_flipped_bit_it_says_nothing_wrong()
    {
        using var authority = new TestAuthority();
        using var bad = authority.Issue("CN=bad");
        authority.Revoke(bad);
        byte[] whole = authority.ListInDer();
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(file, whole[..length]);
            Assert.ThrowsAny<CryptographicException>(() => RevocationList.ReadFile(file));
        }
        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            byte[] changed = [.. whole];
            changed[bit / 8] ^= (byte)(1 << bit % 8);
            File.WriteAllBytes(file, changed);
            try
            {
                // Read as something, it is not what the authority signed.
                Assert.All(RevocationList.ReadFile(file), list => Assert.False(list.IsSignedBy(authority.Certificate), $"bit {bit}"));
            }
            catch (CryptographicException)
            {
                // Or it is not read at all.
            }
        }
    }
}

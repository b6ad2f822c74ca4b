using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using SensorGrid.Readings.Catalogue;

namespace SensorGrid.Readings.Tests.Catalogue;

public class SourceBundleTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sensorgrid-bundle-").FullName;

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private void Write(string path, byte[] content)
    {
        string full = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, content);
    }

    private (SourceBundle Bundle, string[] Messages) Load()
    {
        var bundle = SourceBundle.LoadFolder(folder, out var messages);
        return (bundle, [.. messages.Select(message => message.ToString())]);
    }

    [Fact]
    public void The_hash_is_over_paths_and_texts_in_ordinal_order()
    {
        var bundle = new SourceBundle([new("b.yaml", "水"), new("B.yaml", ""), new("a/c.yaml", "x")]);
        Assert.Equal(["B.yaml", "a/c.yaml", "b.yaml"], bundle.Files.Select(file => file.Path));
        string expected = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("B.yaml\0\0a/c.yaml\0x\0b.yaml\0水\0")));
        Assert.Equal(expected, bundle.Hash);
        Assert.Equal(expected[..12], bundle.ShortHash);
        Assert.Equal("x", bundle.Find("a/c.yaml")!.Text);
        Assert.Null(bundle.Find("c.yaml"));
        Assert.Throws<ArgumentException>(() => new SourceBundle([new("a", "1"), new("a", "2")]));
    }

    [Fact]
    public void Comes_back_from_its_bytes() =>
        Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 1, 20], Gen.String, (path, text) => new SourceFile(path, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text))))
            .Array[0, 10].Sample(
                files =>
                {
                    var bundle = new SourceBundle(files.DistinctBy(file => file.Path));
                    var read = SourceBundle.FromBytes(bundle.ToBytes());
                    Assert.Equal(bundle.Hash, read.Hash);
                    Assert.Equal(bundle.Files, read.Files);
                },
                iter: 300, seed: "0000KoJT3F01");

    [Fact]
    public void The_bytes_are_brotli_of_the_documented_json()
    {
        var bundle = new SourceBundle([new("a.yaml", "名: \"x\"\n")]);
        using var brotli = new BrotliStream(new MemoryStream(bundle.ToBytes()), CompressionMode.Decompress);
        Assert.Equal($$"""{"hash":"{{bundle.Hash}}","files":[{"path":"a.yaml","text":"名: \"x\"\n"}]}""", new StreamReader(brotli).ReadToEnd());
    }

    [Fact]
    public void Damaged_bytes_are_refused_with_a_reason_and_never_throw()
    {
        byte[] bytes = new SourceBundle([new("a.yaml", string.Join('\n', Enumerable.Range(0, 40).Select(i => $"line {i * 7919}")))]).ToBytes();
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.False(SourceBundle.TryFromBytes(bytes.AsSpan(0, length), out _, out string? problem));
            Assert.NotEmpty(problem);
        }
        var random = new Random(3);
        for (int i = 0; i < 2000; i++)
        {
            byte[] damaged = [.. bytes];
            damaged[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            // A flipped bit may hit a bit Brotli does not use: then the bundle is the same one.
            if (SourceBundle.TryFromBytes(damaged, out var read, out _))
                Assert.Equal(SourceBundle.FromBytes(bytes).Hash, read.Hash);
        }
        Assert.False(SourceBundle.TryFromBytes([.. bytes, 0], out _, out _));
        Assert.Throws<InvalidDataException>(() => SourceBundle.FromBytes([1, 2, 3]));
    }

    [Theory]
    [InlineData("{}"), InlineData("[]"), InlineData("{\"hash\":\"x\",\"files\":5}"), InlineData("{\"hash\":\"x\",\"files\":[{\"path\":1}]}"), InlineData("nonsense")]
    [InlineData("{\"hash\":\"x\",\"files\":[]}"), InlineData("{\"files\":[{\"path\":\"a\",\"text\":\"\"},{\"path\":\"a\",\"text\":\"\"}]}")]
    public void Other_json_is_no_bundle(string json)
    {
        var compressed = new MemoryStream();
        using (var brotli = new BrotliStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            brotli.Write(Encoding.UTF8.GetBytes(json));
        Assert.False(SourceBundle.TryFromBytes(compressed.ToArray(), out _, out string? problem));
        Assert.NotEmpty(problem);
    }

    [Fact]
    public void A_small_record_cannot_unfold_into_a_huge_one()
    {
        var compressed = new MemoryStream();
        using (var brotli = new BrotliStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var zeros = new byte[1024 * 1024];
            for (int i = 0; i < 400; i++)
                brotli.Write(zeros);
        }
        Assert.False(SourceBundle.TryFromBytes(compressed.ToArray(), out _, out string? problem));
        Assert.Contains("unfolds to more than", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Loads_a_folder_with_its_subfolders()
    {
        Write("b.yaml", "a: 1"u8.ToArray());
        Write("zones/z.geojson", [0xEF, 0xBB, 0xBF, .. "{}"u8]);
        Write("c.YML", []);
        Write("readme.md", "x"u8.ToArray());
        Write(".hidden.yaml", "x"u8.ToArray());
        Write(".git/x.yaml", "x"u8.ToArray());
        var (bundle, messages) = Load();
        Assert.Empty(messages);
        Assert.Equal([new("b.yaml", "a: 1"), new("c.YML", ""), new("zones/z.geojson", "{}")], bundle.Files);
    }

    [Fact]
    public void Says_which_files_it_cannot_take()
    {
        Write("a.yaml", [0xFF, 0xFE]);
        Write("b.yaml", "x: \0"u8.ToArray());
        Write("big.yaml", new byte[SourceBundle.MaxFileBytes + 1]);
        Write("ok.yaml", "a: 1"u8.ToArray());
        Write("1/2/3/4/5/6/7/8/9/deep.yaml", "a: 1"u8.ToArray());
        Directory.CreateSymbolicLink(Path.Combine(folder, "linked"), folder);
        var (bundle, messages) = Load();
        Assert.Equal(["ok.yaml"], bundle.Files.Select(file => file.Path));
        Assert.Equal(
            [
                "1/2/3/4/5/6/7/8/9:1:1: warning: passed over: a linked folder, or deeper than 8 levels",
                "a.yaml:1:1: not UTF-8 text, or with control signs in it; save it in that encoding",
                "b.yaml:1:1: not UTF-8 text, or with control signs in it; save it in that encoding",
                "big.yaml:1:1: larger than 4 MiB; split it or simplify its geometry",
                "linked:1:1: warning: passed over: a linked folder, or deeper than 8 levels",
            ],
            messages);
    }

    [Fact]
    public void A_folder_is_bounded_in_files_and_bytes()
    {
        byte[] largest = new byte[SourceBundle.MaxFileBytes];
        Array.Fill(largest, (byte)'#');
        for (int i = 0; i <= SourceBundle.MaxBytes / SourceBundle.MaxFileBytes; i++)
            Write($"{i:00}.yaml", largest);
        Assert.Equal(["32.yaml:1:1: with this file the folder is larger than 128 MiB"], Load().Messages);
        Directory.Delete(folder, recursive: true);
        for (int i = 0; i < SourceBundle.MaxFiles + 2; i++)
            Write($"{i:0000}.yaml", []);
        var (bundle, messages) = Load();
        Assert.Equal(SourceBundle.MaxFiles, bundle.Files.Count);
        Assert.Equal(["1000.yaml:1:1: more than 1000 files; merge some, or point the setting at a smaller folder"], messages);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_said()
    {
        string absent = Path.Combine(folder, "absent");
        var bundle = SourceBundle.LoadFolder(absent, out var messages);
        Assert.Empty(bundle.Files);
        Assert.Equal($"{absent}:1:1: this folder does not exist; check the path in the settings", Assert.Single(messages).ToString());
    }

    [Fact]
    public void A_catalogue_in_the_log_is_read_with_what_was_said_of_it()
    {
        SourceFile[] files = [new("a.yaml", "domains: [{ id: water, name: 水利 }]\ngateways: [{ id: only-here, domain: water }]\n")];
        byte[] with = new SourceBundle(files) { Note = "because" }.ToBytes();
        var first = CatalogueReader.Read(with, out string? note);
        Assert.Equal("because", note);
        Assert.Equal("only-here", Assert.Single(first!.Gateways).Id);
        Assert.Equal(first.Version, CatalogueReader.Read([.. with], out note)!.Version);
        Assert.Equal("because", note);

        // The same files with nothing said about them: as good, and not taken for the others.
        Assert.Equal(first.Version, CatalogueReader.Read(new SourceBundle(files).ToBytes(), out note)!.Version);
        Assert.Null(note);
        Assert.Null(CatalogueReader.Read([1, 2, 3], out note));
        Assert.Null(CatalogueReader.Read(new SourceBundle([new("a.yaml", "domain: []\n")]).ToBytes(), out note));
    }
}

using SensorGrid.FieldProtocols.Sl651;
using SensorGrid.Testing;

namespace SensorGrid.FieldProtocols.Tests.Sl651;

public sealed class Sl651PageTests
{
    private static readonly string Page = File.ReadAllText(RepositoryRoot.Combine("edge", "docs", "sl651.md"));

    [Theory]
    [InlineData(typeof(Sl651ReaderOptions))]
    [InlineData(typeof(Sl651CentreOptions))]
    [InlineData(typeof(Sl651StationOptions))]
    public void Every_option_stands_on_the_page(Type options)
    {
        string[] whoItIs = ["Address", "StationClass", "Centre", "Password", "Encoding", "FirstSerial", "HoldTime", "KeepAlivePause"];
        Assert.All(options.GetProperties().Select(property => property.Name).Except(whoItIs), name => Assert.Contains($"`{name}`", Page));
    }

    [Theory]
    [InlineData(typeof(Sl651Problems))]
    [InlineData(typeof(Sl651BodyWalker))]
    [InlineData(typeof(Sl651FrameScanner))]
    [InlineData(typeof(Sl651Header))]
    [InlineData(typeof(Sl651FrameView))]
    public void Every_word_for_what_is_wrong_stands_on_the_page(Type words) =>
        Assert.All(words.GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!), word => Assert.Contains($"`{word}`", Page));

    [Fact]
    public void Every_status_bit_stands_on_the_page() => Assert.All(Sl651StatusBits.Elements, bit => Assert.Contains($"`{bit.Name}`", Page));
}

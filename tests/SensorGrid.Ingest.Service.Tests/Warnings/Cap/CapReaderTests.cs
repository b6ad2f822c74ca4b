using System.Text;
using System.Text.RegularExpressions;
using SensorGrid.Ingest.Service.Warnings.Cap;
using SensorGrid.Testing;

namespace SensorGrid.Ingest.Service.Tests.Warnings.Cap;

public sealed class CapReaderTests
{
    public static TheoryData<string> Samples => [.. Directory.GetFiles(RepositoryRoot.Combine("tests", "vectors", "cap"), "*.xml").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Fact]
    public void Everything_that_is_shown_is_read()
    {
        var (alert, mistakes) = CapReader.Read(SomeCap.Bytes(SomeCap.Alert(expires: "2026-06-15T20:00:00+08:00")));

        Assert.Empty(mistakes);
        Assert.Equal(("W-1", SomeCap.Sender, "Exercise", "Alert", "Public"), (alert!.Identifier, alert.Sender, alert.Status, alert.MessageType, alert.Scope));
        Assert.Equal(new DateTimeOffset(2026, 6, 15, 0, 0, 0, TimeSpan.Zero), alert.Sent);
        var info = Assert.Single(alert.Infos);
        Assert.Equal(("zh-CN", "暴雨", "Expected", "Severe", "Likely"), (info.Language, info.Event, info.Urgency, info.Severity, info.Certainty));
        Assert.Equal(("气象台", "暴雨橙色预警信号"), (info.SenderName, info.Headline));
        Assert.Equal(new DateTimeOffset(2026, 6, 15, 12, 0, 0, TimeSpan.Zero), info.Expires);
        var area = Assert.Single(info.Areas);
        Assert.Equal("市区", area.Description);
        Assert.Equal("110.3,21.1 110.3,21.3 110.5,21.3 110.3,21.1", string.Join(' ', Assert.Single(area.Polygons).Select(at => FormattableString.Invariant($"{at[0]},{at[1]}"))));
        Assert.Equal(new CapCircle(110.36, 21.27, 15.5), Assert.Single(area.Circles));
        Assert.Equal(new CapNamedValue("code", "440800"), Assert.Single(area.Geocodes));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void The_samples_are_right(string file)
    {
        var (alert, mistakes) = CapReader.Read(File.ReadAllBytes(RepositoryRoot.Combine("tests", "vectors", "cap", file)));

        Assert.Empty(mistakes);
        Assert.Equal("Exercise", alert!.Status);
    }

    [Theory]
    [InlineData("identifier", "alert/identifier")]
    [InlineData("sender", "alert/sender")]
    [InlineData("sent", "alert/sent")]
    [InlineData("status", "alert/status")]
    [InlineData("msgType", "alert/msgType")]
    [InlineData("scope", "alert/scope")]
    [InlineData("info", "alert/info")]
    [InlineData("category", "alert/info/category")]
    [InlineData("event", "alert/info/event")]
    [InlineData("urgency", "alert/info/urgency")]
    [InlineData("severity", "alert/info/severity")]
    [InlineData("certainty", "alert/info/certainty")]
    [InlineData("areaDesc", "alert/info/area/areaDesc")]
    public void A_mandatory_element_that_is_missing_is_named(string element, string path)
    {
        string without = Regex.Replace(SomeCap.Alert(), $"<{element}>.*</{element}>", "", RegexOptions.Singleline);
        string empty = Regex.Replace(SomeCap.Alert(), $"<{element}>[^<]*</{element}>", $"<{element}> </{element}>");

        Assert.Contains(Mistakes(without), mistake => mistake.Element == path && mistake.Problem == "it is missing");
        if (element != "info")
            Assert.Contains(Mistakes(empty), mistake => mistake.Element == path);
    }

    [Theory]
    [InlineData("<identifier>W-1<", "<identifier>W 1<", "alert/identifier", "it is \"W 1\"")]
    [InlineData("<identifier>W-1<", "<identifier>W,1<", "alert/identifier", "it is \"W,1\"")]
    [InlineData("<sent>2026-06-15T08:00:00+08:00<", "<sent>2026-06-15T00:00:00Z<", "alert/sent", "it is \"2026-06-15T00:00:00Z\"")]
    [InlineData("<sent>2026-06-15T08:00:00+08:00<", "<sent>2026-06-15T08:00:00<", "alert/sent", "it is \"2026-06-15T08:00:00\"")]
    [InlineData("<sent>2026-06-15T08:00:00+08:00<", "<sent>2026-02-30T08:00:00+08:00<", "alert/sent", "it is \"2026-02-30T08:00:00+08:00\"")]
    [InlineData("<status>Exercise<", "<status>exercise<", "alert/status", "it is \"exercise\"")]
    [InlineData("<msgType>Alert<", "<msgType>Warning<", "alert/msgType", "it is \"Warning\"")]
    [InlineData("<msgType>Alert<", "<msgType>Update<", "alert/references", "it is missing")]
    [InlineData("<msgType>Alert<", "<msgType>Cancel<", "alert/references", "it is missing")]
    [InlineData("<scope>Public<", "<scope>All<", "alert/scope", "it is \"All\"")]
    [InlineData("<scope>Public<", "<scope>Restricted<", "alert/restriction", "it is missing")]
    [InlineData("<scope>Public<", "<scope>Private<", "alert/addresses", "it is missing")]
    [InlineData("<scope>Public</scope>", "<scope>Public</scope><scope>Public</scope>", "alert/scope[2]", "it stands there more than once")]
    [InlineData("<scope>Public</scope>", "<scope>Public</scope><references>a,b</references>", "alert/references", "it has \"a,b\"")]
    [InlineData("<language>zh-CN<", "<language>Chinese language<", "alert/info/language", "it is \"Chinese language\"")]
    [InlineData("<category>Met<", "<category>Weather<", "alert/info/category", "it is \"Weather\"")]
    [InlineData("<responseType>Monitor<", "<responseType>Run<", "alert/info/responseType", "it is \"Run\"")]
    [InlineData("<urgency>Expected<", "<urgency>Soon<", "alert/info/urgency", "it is \"Soon\"")]
    [InlineData("<severity>Severe<", "<severity>Orange<", "alert/info/severity", "it is \"Orange\"")]
    [InlineData("<certainty>Likely<", "<certainty>Very Likely<", "alert/info/certainty", "it is \"Very Likely\"")]
    [InlineData("<senderName>", "<expires>tomorrow</expires><senderName>", "alert/info/expires", "it is \"tomorrow\"")]
    [InlineData("<senderName>", "<sendername>x</sendername><senderName>", "alert/info/sendername", "CAP 1.2 has no <sendername> in <info>")]
    [InlineData("<event>暴雨<", "<event><b>暴雨</b><", "alert/info/event/b", "<b> stands inside <event>")]
    [InlineData("<valueName>eventColor</valueName>", "", "alert/info/parameter/valueName", "it is missing")]
    [InlineData("<valueName>code</valueName>", "", "alert/info/area/geocode/valueName", "it is missing")]
    [InlineData("21.3,110.5 21.1,110.3<", "21.3,110.5<", "alert/info/area/polygon", "it has 3 points")]
    [InlineData("21.3,110.5 21.1,110.3<", "21.3,110.5 21.1,110.4<", "alert/info/area/polygon", "it is not closed")]
    [InlineData("<polygon>21.1,110.3 ", "<polygon>110.3,21.1 ", "alert/info/area/polygon", "it has \"110.3,21.1\"")]
    [InlineData("<polygon>21.1,110.3 ", "<polygon>21.1;110.3 ", "alert/info/area/polygon", "it has \"21.1;110.3\"")]
    [InlineData("<polygon>21.1,110.3 ", "<polygon>NaN,110.3 ", "alert/info/area/polygon", "it has \"NaN,110.3\"")]
    [InlineData("21.27,110.36 15.5<", "21.27,110.36<", "alert/info/area/circle", "it is \"21.27,110.36\"")]
    [InlineData("21.27,110.36 15.5<", "21.27,110.36 -1<", "alert/info/area/circle", "it is \"21.27,110.36 -1\"")]
    [InlineData("21.27,110.36 15.5<", "21.27,190 1<", "alert/info/area/circle", "it is \"21.27,190 1\"")]
    [InlineData("<areaDesc>", "<altitude>high</altitude><areaDesc>", "alert/info/area/altitude", "it is \"high\"")]
    public void A_bad_value_is_named_with_what_was_expected(string right, string wrong, string element, string problem)
    {
        string message = SomeCap.Alert();
        Assert.Contains(right, message, StringComparison.Ordinal);

        var mistake = Assert.Single(Mistakes(message.Replace(right, wrong, StringComparison.Ordinal)), mistake => mistake.Element == element);

        Assert.Equal(problem, mistake.Problem);
        Assert.NotEqual("", mistake.Expected);
        Assert.True(mistake.Line > 0);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\">")]
    [InlineData("<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.1\"/>")]
    [InlineData("<feed xmlns=\"http://www.w3.org/2005/Atom\"/>")]
    [InlineData("<!DOCTYPE alert [<!ENTITY a \"b\">]><alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\">&a;</alert>")]
    [InlineData("<!DOCTYPE alert SYSTEM \"file:///etc/passwd\"><alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"/>")]
    [InlineData("<?xml version=\"1.0\" encoding=\"x-none\"?><alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"/>")]
    [InlineData("<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"/><alert/>")]
    public void What_is_no_cap_message_is_refused_with_one_mistake_at_the_root(string message) => Assert.Equal("alert", Assert.Single(CapReader.Read(SomeCap.Bytes(message)).Mistakes.DistinctBy(mistake => mistake.Element.Split('/')[0])).Element.Split('/')[0]);

    [Fact]
    public void A_document_type_is_refused_for_what_it_is()
    {
        var mistake = Assert.Single(CapReader.Read(SomeCap.Bytes("<!DOCTYPE alert [<!ENTITY a SYSTEM \"file:///etc/hostname\">]><alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"><identifier>&a;</identifier></alert>")).Mistakes);

        Assert.Contains("DTD", mistake.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Depth_elements_and_bytes_have_bounds()
    {
        string deep = SomeCap.Alert().Replace("<language>", string.Concat(Enumerable.Repeat("<x>", 40)) + string.Concat(Enumerable.Repeat("</x>", 40)) + "<language>", StringComparison.Ordinal);
        string many = SomeCap.Alert().Replace("</alert>", string.Concat(Enumerable.Repeat("<code/>", 5_000)) + "</alert>", StringComparison.Ordinal);
        string deepElsewhere = SomeCap.Alert().Replace("</alert>", "<s:a xmlns:s=\"urn:s\">" + string.Concat(Enumerable.Repeat("<s:x>", 40)) + string.Concat(Enumerable.Repeat("</s:x>", 40)) + "</s:a></alert>", StringComparison.Ordinal);

        Assert.Contains("too many elements", Assert.Single(Mistakes(deep)).Problem, StringComparison.Ordinal);
        Assert.Contains("too many elements", Assert.Single(Mistakes(many)).Problem, StringComparison.Ordinal);
        Assert.Contains("deep", Assert.Single(Mistakes(deepElsewhere)).Problem, StringComparison.Ordinal);
        Assert.Contains("bytes", Assert.Single(Mistakes(SomeCap.Alert(more: new('x', CapXml.MaxBytes)))).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_have_bounds_and_not_more_than_twenty_mistakes_are_told()
    {
        string area = "<area><areaDesc>a</areaDesc></area>";
        string many = SomeCap.Alert().Replace("</info>", string.Concat(Enumerable.Repeat(area, 100)) + "</info>", StringComparison.Ordinal);
        string wrong = SomeCap.Alert().Replace("</info>", string.Concat(Enumerable.Repeat("<areas/>", 50)) + "</info>", StringComparison.Ordinal);

        Assert.Equal(("alert/info/area[101]", "there are 101 of them"), (Assert.Single(Mistakes(many)).Element, Mistakes(many)[0].Problem));
        Assert.Equal(20, Mistakes(wrong).Count);
    }

    [Fact]
    public void What_belongs_to_another_namespace_is_passed_over()
    {
        string signed = SomeCap.Alert().Replace("</alert>", "<s:Signature xmlns:s=\"urn:s\"><s:v>x</s:v><identifier xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\">W-2</identifier></s:Signature><s:e xmlns:s=\"urn:s\"/></alert>", StringComparison.Ordinal);

        Assert.Equal("W-1", CapReader.Read(SomeCap.Bytes(signed)).Alert!.Identifier);
    }

    [Fact]
    public void A_message_in_utf_16_is_read() =>
        Assert.Equal("暴雨", CapReader.Read(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(SomeCap.Alert().Replace("UTF-8", "UTF-16", StringComparison.Ordinal))).ToArray()).Alert!.Infos[0].Event);

    [Fact]
    public void Every_truncation_and_seeded_damage_gives_a_message_or_a_mistake_and_never_throws()
    {
        byte[] whole = SomeCap.Bytes(SomeCap.Alert()).ToArray();
        for (int length = 0; length < whole.Length; length++)
            Assert.NotEmpty(CapReader.Read(whole.AsMemory(0, length)).Mistakes);
        const int Seed = 20_260_615;
        var random = new Random(Seed);
        for (int round = 0; round < 2_000; round++)
        {
            byte[] damaged = [.. whole];
            for (int change = random.Next(1, 4); change > 0; change--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            var (alert, mistakes) = CapReader.Read(damaged);
            Assert.True((alert is null) == (mistakes.Count > 0), $"seed {Seed}, round {round}");
        }
    }

    private static IReadOnlyList<CapMistake> Mistakes(string message)
    {
        var (alert, mistakes) = CapReader.Read(SomeCap.Bytes(message));
        Assert.Null(alert);
        Assert.NotEmpty(mistakes);
        return mistakes;
    }
}

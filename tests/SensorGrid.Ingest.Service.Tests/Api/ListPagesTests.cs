using SensorGrid.Ingest.Service.Api;

namespace SensorGrid.Ingest.Service.Tests.Api;

public class ListPagesTests
{
    [Theory]
    [InlineData(true, "bridge")]
    [InlineData(false, "gw/a name | with / anything 水")]
    public void A_place_is_read_back_as_it_was_given(bool isKnown, string key)
    {
        var place = new ListPlace(isKnown, key);

        Assert.True(ListPlace.TryParse(place.ToString(), out var read));
        Assert.Equal(place, read);
        Assert.DoesNotContain(place.ToString(), c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'));
    }

    [Fact]
    public void A_place_of_the_longest_id_there_can_be_is_read_back()
    {
        var place = new ListPlace(false, new string('g', 64) + "/" + new string('n', 255));

        Assert.True(ListPlace.TryParse(place.ToString(), out var read));
        Assert.Equal(place, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")] // not base64url
    [InlineData("====")]
    [InlineData("eA")] // "x": of no kind
    [InlineData("aw")] // "k": without a key
    public void What_no_list_gave_is_refused(string text) => Assert.False(ListPlace.TryParse(text, out _));

    [Fact]
    public void A_text_that_is_too_long_is_refused_unread() => Assert.False(ListPlace.TryParse(new string('a', 513), out _));

    [Fact]
    public void What_follows_an_id_that_is_gone_goes_on_where_it_stood()
    {
        string[] sorted = ["a", "c", "e"];

        Assert.Equal(["c", "e"], ListPages.After(sorted, "b", id => id));
        Assert.Equal(["e"], ListPages.After(sorted, "c", id => id));
        Assert.Equal([], ListPages.After(sorted, "e", id => id));
        Assert.Equal(sorted, ListPages.After(sorted, null, id => id));
    }

    [Theory]
    [InlineData(1, "a")]
    [InlineData(2, "a b")]
    [InlineData(3, "a b c")]
    [InlineData(4, "a b c")]
    public void A_page_ends_with_the_place_of_its_last_thing_only_when_more_follows(int limit, string things)
    {
        var (taken, next) = new ListPage(limit, null).Take("abc".Select(letter => (letter.ToString(), new ListPlace(true, letter.ToString()))));

        Assert.Equal(things, string.Join(' ', taken));
        Assert.Equal(limit < 3 ? new ListPlace(true, taken[^1]).ToString() : null, next);
    }
}

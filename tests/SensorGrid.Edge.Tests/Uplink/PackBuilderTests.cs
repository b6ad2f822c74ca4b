using System.Text;
using SensorGrid.Edge.Uplink;

namespace SensorGrid.Edge.Tests.Uplink;

public sealed class PackBuilderTests
{
    private static string Take(PackBuilder pack) => Encoding.UTF8.GetString(pack.Take());

    [Fact]
    public void Joins_records_into_one_array()
    {
        var pack = new PackBuilder(10, 1000);
        Assert.True(pack.TryAdd("""{"n":"a","v":1}"""u8, 1, false));
        Assert.True(pack.TryAdd("""{"n":"b","v":2},{"n":"c","v":3}"""u8, 2, false));
        Assert.Equal(3, pack.Readings);
        Assert.Equal("""[{"n":"a","v":1},{"n":"b","v":2},{"n":"c","v":3}]""", Take(pack));
        Assert.True(pack.IsEmpty);
    }

    [Fact]
    public void One_secondary_unit_makes_the_whole_pack_version_26()
    {
        var pack = new PackBuilder(10, 1000);
        pack.TryAdd("""{"n":"a","v":1}"""u8, 1, false);
        pack.TryAdd("""{"n":"b","u":"mm","v":2}"""u8, 1, true);
        Assert.Equal("""[{"bver":26,"n":"a","v":1},{"n":"b","u":"mm","v":2}]""", Take(pack));
        pack.TryAdd("""{"n":"a","v":1}"""u8, 1, false);
        Assert.Equal("""[{"n":"a","v":1}]""", Take(pack));
    }

    [Fact]
    public void Takes_no_more_than_its_bounds_but_always_one_record()
    {
        var pack = new PackBuilder(2, 1024);
        byte[] large = Encoding.ASCII.GetBytes("{\"n\":\"" + new string('a', 2000) + "\",\"v\":1}");
        Assert.True(pack.TryAdd(large, 1, false));
        Assert.False(pack.TryAdd("{}"u8, 1, false));
        pack.Take();
        Assert.True(pack.TryAdd("{}"u8, 2, false));
        Assert.False(pack.TryAdd("{}"u8, 1, false));
    }
}

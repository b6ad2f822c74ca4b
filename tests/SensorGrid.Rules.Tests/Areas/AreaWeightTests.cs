using SensorGrid.Rules.Areas;
using SensorGrid.Rules.Tests.Support;
using static SensorGrid.Rules.Tests.Areas.AreaRig;

namespace SensorGrid.Rules.Tests.Areas;

public sealed class AreaWeightTests
{
    [Fact]
    public void Lists_who_has_a_share_of_the_ground_of_each_zone()
    {
        var weights = AreaWeight.Of(Rig.ReadCatalogue(City), Rig.ReadRules(Rig.Rules(Rule("by: 'zone:catchment', take: avg, weights: thiessen"))));
        Assert.Equal(
            [
                new("r", "basin", "ga/rain", 0.25), new("r", "basin", "gb/rain", 0.5), new("r", "basin", "gc/rain", 0.25),
                new("r", "half", "ga/rain", 0.416667), new("r", "half", "gb/rain", 0.583333),
            ],
            weights);
    }

    [Fact]
    public void Points_that_count_the_same_have_no_weights_to_check() =>
        Assert.Empty(AreaWeight.Of(Rig.ReadCatalogue(City), Rig.ReadRules(Rig.Rules(
            Rule("by: 'zone:catchment', take: avg"), Rig.Threshold("s", "levels: { yellow: 4 }", "{ quantity: rain }")))));
}

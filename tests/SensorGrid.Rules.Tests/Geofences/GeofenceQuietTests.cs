using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests.Geofences;

/// <summary>Which fixes need not be looked at: where they may be without anything being different. Too many, and a crossing is missed; too few, and each costs its
/// questions, which no answer shows.</summary>
// z1 is 110 to 110.1° east, z2 110.05 to 110.2°; both 21 to 21.1° north.
public sealed class GeofenceQuietTests
{
    private const int Seed = 20261127;

    private static string Rules(string keys) =>
        Rig.Rules($"{{ id: f, type: geofence, domain: water, title: T, scope: {{ quantity: position }}, level: orange, {keys} }}");

    private static bool IsQuiet(Rig rig)
    {
        Assert.True(rig.Table.TryIntern(new("gw2", "position"), out var index));
        return rig.Engine.IsQuiet(index);
    }

    [Theory]
    [InlineData("on: enter, zones: [z1]")]
    [InlineData("on: enter, zones: [z1, z2], minimum-fixes: 2")]
    [InlineData("on: exit, zones: [z1, z2], hysteresis: 300")]
    [InlineData("on: inside, zones: [z1, z2], on-delay: 3s")]
    [InlineData("on: outside, zones: [z2], minimum-fixes: 3")]
    [InlineData("on: dwell, dwell: 9s, zones: [z1, z2]")]
    [InlineData("on: exit, zones: [z1, z2], fence-end: exit")]
    [InlineData("on: approach, distance: 300, zones: [z1]")]
    [InlineData("on: inside, zones: [z1, z2], hours: { inside: [{ from: '16:01', to: '16:02' }] }")]
    public void Those_that_are_not_looked_at_change_nothing(string keys)
    {
        string catalogue = Rig.Catalogue.Replace("{ id: z2,", "{ id: z2, valid-from: '2026-05-12T08:00:40Z', valid-to: '2026-05-12T08:02:00Z',", StringComparison.Ordinal);
        var random = new Random(Seed);
        for (int number = 0; number < 4; number++)
        {
            var (quick, thorough) = (new Rig(Rules(keys), catalogue), new Rig(Rules(keys), catalogue));
            var (x, y) = (110.02, 21.05);
            int quiet = 0;
            for (int at = 0; at < 180; at++)
            {
                // Small steps, and now and then a large one.
                double size = random.Next(12) == 0 ? 0.08 : 0.0015;
                (x, y) = (Math.Clamp(x + (size * random.Next(-2, 3)), 109.95, 110.25), Math.Clamp(y + (size * random.Next(-1, 2)), 20.98, 21.12));
                thorough.Engine.CloseAll();
                Assert.Equal(thorough.Fix(at, x, y).Lines, quick.Fix(at, x, y).Lines);
                quiet += IsQuiet(quick) ? 1 : 0;
            }
            Assert.Equal(thorough.Tick(400).Lines, quick.Tick(400).Lines);
            Assert.Equal(keys.Contains("approach", StringComparison.Ordinal), quiet == 0);
        }
    }

    [Theory]
    [InlineData("on: exit, zones: [z1]", true, 110.053)]
    [InlineData("on: exit, zones: [z1, z2]", true, 110.02)]
    [InlineData("on: exit, zones: [z1, z2]", true, 110.07)]
    [InlineData("on: exit, zones: [z1]", true, 110.15)]
    [InlineData("on: exit, zones: [z1]", true, 110.053, 110.15)]
    [InlineData("on: exit, zones: [z1, z2]", true, 110.02, 110.07, 110.15)]
    [InlineData("on: exit, zones: [z1, z2]", true, 105.0)]
    // In a cell that a side of z1 runs through.
    [InlineData("on: exit, zones: [z1, z2]", true, 110.103)]
    // Cells are 0.0125° wide. On a side; inside of it only by the margin; in the middle of a row of fixes, of either side, and of the first; where distances count.
    [InlineData("on: exit, zones: [z1]", false, 110.1)]
    [InlineData("on: exit, zones: [z1], hysteresis: 2000", false, 110.053, 110.11)]
    [InlineData("on: exit, zones: [z1], hysteresis: 2000", true, 110.053, 110.13)]
    [InlineData("on: exit, zones: [z1], minimum-fixes: 2", false, 110.053)]
    [InlineData("on: exit, zones: [z1], minimum-fixes: 2", true, 110.053, 110.053)]
    [InlineData("on: exit, zones: [z1], minimum-fixes: 2", false, 110.053, 110.053, 110.15)]
    [InlineData("on: exit, zones: [z1], minimum-fixes: 2", true, 110.053, 110.053, 110.15, 110.15)]
    [InlineData("on: enter, zones: [z1], minimum-fixes: 2", false, 110.15, 110.15, 110.053)]
    [InlineData("on: enter, zones: [z1], minimum-fixes: 2", true, 110.15, 110.15, 110.053, 110.15)]
    [InlineData("on: approach, distance: 300, zones: [z1]", false, 110.15)]
    public void What_is_the_same_in_a_box_around_it_is_quiet(string keys, bool isQuiet, params double[] longitudes)
    {
        var rig = new Rig(Rules(keys));
        for (int at = 0; at < longitudes.Length; at++)
            rig.Fix(at, longitudes[at], 21.0513);
        Assert.Equal(isQuiet, IsQuiet(rig));
    }

    [Theory]
    [InlineData(110.05, 110.0999, false)]
    [InlineData(110.05, 110.1001, true)]
    [InlineData(110.0999, 110.1001, true)]
    [InlineData(110.0999, 110.0002, false)]
    public void The_first_fix_beyond_a_side_is_looked_at(double rests, double goes, bool leaves)
    {
        var rig = new Rig(Rules("on: exit, zones: [z1]"));
        for (int at = 0; at < 5; at++)
            rig.Fix(at, rests, 21.0513);
        Assert.Equal(leaves ? 1 : 0, rig.Fix(5, goes, 21.0513).Lines.Count);
        var north = new Rig(Rules("on: exit, zones: [z1]"));
        for (int at = 0; at < 5; at++)
            north.Fix(at, 110.0513, rests - 89);
        Assert.Equal(leaves ? 1 : 0, north.Fix(5, 110.0513, goes - 89).Lines.Count);
    }

    [Fact]
    public void A_fence_that_is_not_in_force_does_not_keep_a_fix_from_being_quiet()
    {
        string catalogue = Rig.Catalogue.Replace("{ id: z1,", "{ id: z1, valid-from: '2026-05-12T08:01:00Z', valid-to: '2026-05-12T08:02:00Z',", StringComparison.Ordinal);
        var rig = new Rig(Rules("on: exit, zones: [z1], fence-end: exit"), catalogue);
        // On the side of the fence, before it begins.
        Assert.True(IsQuiet(rig.Fix(0, 110.1, 21.0513).Fix(1, 110.1, 21.0513)));
        Assert.False(IsQuiet(rig.Fix(61, 110.1, 21.0513)));
        Assert.True(IsQuiet(rig.Fix(62, 110.053, 21.0513)));
        // It ended around it: the next fix says that it is not there any more.
        Assert.False(IsQuiet(rig.Tick(121)));
        Assert.Equal(2, rig.Fix(122, 110.053, 21.0513).Lines.Count);
        Assert.True(IsQuiet(rig));
    }
}

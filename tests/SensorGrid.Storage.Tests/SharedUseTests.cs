namespace SensorGrid.Storage.Tests;

public sealed class SharedUseTests
{
    [Fact]
    public void Cleans_up_at_once_when_nobody_uses_it()
    {
        int cleaned = 0;
        new SharedUse().Retire(() => cleaned++);
        Assert.Equal(1, cleaned);
    }

    [Fact]
    public void Cleans_up_once_after_the_last_user_left()
    {
        var use = new SharedUse();
        int cleaned = 0;
        use.Enter();
        use.Enter();
        use.Retire(() => cleaned++);
        use.Leave();
        Assert.Equal(0, cleaned);

        use.Leave();

        Assert.Equal(1, cleaned);
    }

    [Fact]
    public void Users_that_leave_before_it_is_retired_clean_nothing_up()
    {
        var use = new SharedUse();
        int cleaned = 0;
        use.Enter();
        use.Leave();
        Assert.Equal(0, cleaned);
        use.Retire(() => cleaned++);
        Assert.Equal(1, cleaned);
    }
}

<?php
/**
 * Tests of `wp closte identity`, on a network that is copied as admins do.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/** The network is renamed in place: that leaves the copy, with the wp-config.php of the original. */
final class Identity_Command_Test extends Cli_Test_Case {

	private const COPY = 'staging.example';

	private string $url = '';

	protected function tearDown(): void {
		if ( '' !== $this->url ) {
			$this->rename( self::COPY, $this->network() );
		}

		parent::tearDown();
	}

	public function test_a_copy_sends_nothing_until_it_is_said_what_it_is_and_then_is_a_network_of_its_own(): void {
		$site   = $this->copied_network();
		$before = $this->emulator->domains();
		$calls  = count( $this->changes() );

		$this->on_copy( 'cron', 'event', 'run', 'closte_sync_reconcile' );
		$this->create_on_copy( 'two' );
		$this->on_copy( 'site', 'delete', $site, '--yes' );
		foreach ( array( array( 'sync' ), array( 'sync', '--prune', '--force', '--yes' ), array( 'run' ), array( 'domain', 'retry', '--all' ), array( 'adopt', 'foreign.example' ) ) as $command ) {
			self::assert_failed( 'The list of domains belongs to another network', $this->wp_on_copy( 'closte', ...$command ) );
		}
		$this->on_copy( 'closte', 'domain', 'add', 'by-hand.example' );
		$this->on_copy( 'closte', 'domain', 'remove', 'hand.example', '--yes' );
		$this->on_copy( 'closte', 'enable' );
		$this->on_copy( 'closte', 'verify' );

		self::assertSame( 'different', trim( $this->on_copy( 'closte', 'status', '--field=identity' )->stdout ) );
		self::assertStringContainsString( 'wp closte identity move', $this->on_copy( 'closte', 'status' )->stderr );
		$doctor = $this->wp_on_copy( 'closte', 'doctor', '--format=json' );
		self::assertSame( 1, $doctor->status );
		self::assertSame( 'error', array_column( $doctor->json(), 'status', 'check' )['identity'] );

		$parts = array_column( $this->on_copy( 'closte', 'identity', '--format=json' )->json(), null, 'part' );
		self::assertSame( array( 'part' => 'network', 'recorded' => $this->network(), 'now' => self::COPY, 'status' => 'different' ), $parts['network'] );
		self::assertSame( 'same', $parts['environment']['status'] );

		$copy = $this->on_copy( 'closte', 'identity', 'copy', '--yes' );
		self::assertMatchesRegularExpression( '/^Success: This network is now treated as a copy\. Its list of \d+ domains was deleted/m', $copy->stdout );
		self::assertSame( 'off', trim( $this->on_copy( 'closte', 'status', '--field=integration' )->stdout ) );
		self::assertSame( "0\n", $this->on_copy( 'closte', 'domain', 'list', '--format=count' )->stdout );
		$this->on_copy( 'cron', 'event', 'run', 'closte_sync_reconcile' );
		self::assert_failed( 'turned off', $this->wp_on_copy( 'closte', 'run' ) );
		self::assertSame( $before, $this->emulator->domains() );
		self::assertCount( $calls, $this->changes() );

		$log = array_column( $this->on_copy( 'closte', 'log', '--format=json' )->json(), null, 'action' );
		self::assertStringContainsString( 'wp-cli', $log['identity']['by'] );

		$this->on_copy( 'closte', 'enable' );
		$this->on_copy( 'closte', 'sync' );
		self::assertContains( 'two.' . self::COPY, $this->emulator->domains() );
		self::assertSame( array(), array_diff( $before, $this->emulator->domains() ) );
	}

	public function test_a_network_that_moved_goes_on_with_its_list(): void {
		$site   = $this->copied_network();
		$before = $this->emulator->domains();
		$this->create_on_copy( 'two' );
		$this->on_copy( 'site', 'delete', $site, '--yes' );
		self::assertSame( $before, $this->emulator->domains() );

		self::assertStringContainsString( 'Success: The network keeps its list of domains.', $this->on_copy( 'closte', 'identity', 'move' )->stdout );
		self::assertSame( 'same', trim( $this->on_copy( 'closte', 'status', '--field=identity' )->stdout ) );
		$this->on_copy( 'closte', 'run' );
		self::assertContains( 'two.' . self::COPY, $this->emulator->domains() );
		self::assertContains( 'hand.example', $this->emulator->domains() );
		self::assertStringContainsString( 'Nothing to do', $this->on_copy( 'closte', 'identity', 'move' )->stdout );
	}

	public function test_the_original_is_asked_before_it_forgets_anything(): void {
		$this->succeed( 'closte', 'domain', 'add', 'hand.example' );
		$this->wp_with( array(), "n\n", 'closte', 'identity', 'copy' );

		self::assertSame( 'on', trim( $this->succeed( 'closte', 'status', '--field=integration' )->stdout ) );
		self::assertSame( "2\n", $this->succeed( 'closte', 'domain', 'list', '--search=hand', '--format=count' )->stdout );
		self::assertNotSame( 0, $this->closte( 'identity', 'clone' )->status );

		$this->succeed( 'closte', 'identity', 'copy', '--yes' );
		self::assertSame( "0\n", $this->succeed( 'closte', 'domain', 'list', '--format=count' )->stdout );
		self::assertContains( 'hand.example', $this->emulator->domains() );
	}

	/** @return string The number of a site of the original whose domain Closte has. */
	private function copied_network(): string {
		$site = trim( $this->succeed( 'site', 'create', '--slug=one', '--porcelain' )->stdout );
		$this->succeed( 'closte', 'domain', 'add', 'hand.example' );
		$this->emulator->set_domains( array( 'foreign.example', ...$this->emulator->domains() ) );
		self::assertContains( 'one.' . $this->network(), $this->emulator->domains() );
		$this->rename( $this->network(), self::COPY );

		return $site;
	}

	private function rename( string $from, string $to ): void {
		$this->succeed( ...array( ...$this->url_of( $from ), 'search-replace', $from, $to, '--network', '--quiet' ) );
		$this->url = $to === $this->network() ? '' : $to;
	}

	private function on_copy( string ...$arguments ): Cli_Result {
		return $this->succeed( ...$this->url_of( self::COPY ), ...$arguments );
	}

	private function wp_on_copy( string ...$arguments ): Cli_Result {
		return $this->wp( ...$this->url_of( self::COPY ), ...$arguments );
	}

	/** @return list<string> */
	private function url_of( string $domain ): array {
		return array( "--url=$domain" );
	}

	/** `wp site create` takes the network's domain from wp-config.php. */
	private function create_on_copy( string $slug ): void {
		$this->on_copy( 'eval', sprintf( 'wp_insert_site( array( "domain" => "%s.%s", "path" => "/", "network_id" => 1 ) );', $slug, self::COPY ) );
	}

	/** @return list<mixed> What could change anything: a call without a domain only asks about the key. */
	private function changes(): array {
		return array_values(
			array_filter(
				array( ...$this->emulator->journal( '/adddomainalias' ), ...$this->emulator->journal( '/deletedomainalias' ) ),
				static fn( array $call ): bool => '' !== $call['params']['domain']
			)
		);
	}
}

<?php
/**
 * Tests of `wp closte domain …`.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/** `wp closte domain list|get|add|remove|retry`. */
final class Domain_Command_Test extends Cli_Test_Case {

	public function test_list_in_every_format(): void {
		$this->succeed( 'site', 'create', '--slug=one' );
		$this->succeed( 'site', 'create', '--slug=two' );
		$one = 'one.' . $this->network();
		$two = 'two.' . $this->network();

		self::assertSame( "$one $two\n", $this->succeed( 'closte', 'domain', 'list', '--format=ids' )->stdout );
		self::assertSame( "2\n", $this->succeed( 'closte', 'domain', 'list', '--format=count' )->stdout );
		self::assertSame(
			array(
				array(
					'domain' => $one,
					'stage'  => 'checking-dns',
				),
				array(
					'domain' => $two,
					'stage'  => 'checking-dns',
				),
			),
			$this->succeed( 'closte', 'domain', 'list', '--format=json', '--fields=domain,stage' )->json()
		);
		self::assertSame( "domain,stage\n$one,checking-dns\n$two,checking-dns\n", $this->succeed( 'closte', 'domain', 'list', '--format=csv', '--fields=domain,stage' )->stdout );
		self::assertStringContainsString( "domain: $one", $this->succeed( 'closte', 'domain', 'list', '--format=yaml' )->stdout );
		self::assertStringContainsString( "domain\tstate\twhat_to_do\n$one\tWaiting\t", $this->succeed( 'closte', 'domain', 'list' )->stdout );
		self::assertStringContainsString( '"state":"waiting"', $this->succeed( 'closte', 'domain', 'list', '--format=json' )->stdout );
		self::assertSame( "$two\n$one\n", $this->succeed( 'closte', 'domain', 'list', '--field=domain', '--order=desc' )->stdout );
	}

	public function test_list_filters(): void {
		$this->succeed( 'site', 'create', '--slug=one' );
		$this->emulator->down( true );
		$this->succeed( 'site', 'create', '--slug=two' );

		$list = fn( string ...$filters ): string => $this->succeed( 'closte', 'domain', 'list', '--format=ids', ...$filters )->stdout;

		self::assertSame( 'two.' . $this->network() . "\n", $list( '--stage=pending' ) );
		self::assertSame( 'one.' . $this->network() . "\n", $list( '--search=one' ) );
		self::assertSame( "\n", $list( '--wanted=absent' ) );
		self::assertSame( "\n", $list( '--source=manual' ) );
		self::assertSame( "\n", $list( '--blog_id=9999' ) );
	}

	public function test_what_nothing_uses_any_more_is_said_and_not_sent(): void {
		$id   = trim( $this->succeed( 'site', 'create', '--slug=one', '--porcelain' )->stdout );
		$gone = 'one.' . $this->network();
		$this->succeed( 'plugin', 'deactivate', 'closte-sync', '--network' );
		$this->succeed( 'site', 'delete', $id, '--yes' );
		$this->emulator->set_domains( array() );
		$this->succeed( 'plugin', 'activate', 'closte-sync', '--network' );
		$this->succeed( 'eval', 'global $wpdb; $wpdb->query( "UPDATE {$wpdb->base_prefix}closte_sync_domains SET stage = \'checking-ssl-cert\', stage_since = 1, last_added_at = 1, next_check_at = 1 WHERE domain = \'' . $gone . '\'" );' );
		$this->succeed( 'closte', 'run' );

		self::assertNotContains( $gone, $this->emulator->domains() );
		self::assertSame( "$gone\n", $this->succeed( 'closte', 'domain', 'list', '--stage=retired', '--format=ids' )->stdout );
		self::assertSame( "1\n", $this->succeed( 'closte', 'status', '--field=retired' )->stdout );
		self::assertStringContainsString( "No site or mapping of this network uses $gone any longer.", $this->succeed( 'closte', 'domain', 'get', $gone, '--field=problem' )->stdout );
		self::assertStringContainsString( "This network no longer uses 1 domain that Closte may still have: $gone.", $this->closte( 'doctor' )->stdout );
		self::assertStringContainsString( 'retired', $this->succeed( 'closte', 'log', "--domain=$gone", '--action=retire' )->stdout );
		self::assert_failed( "Error: $gone is no longer used by this network. It is not sent or checked.", $this->closte( 'watch', $gone ) );
		self::assertStringContainsString( "Removed $gone.", $this->succeed( 'closte', 'domain', 'remove', $gone, '--yes' )->stdout );
	}

	public function test_watch_names_the_domains_that_have_failed(): void {
		$this->succeed( 'closte', 'domain', 'add', 'first.example', 'other.example' );
		$this->succeed( 'eval', 'global $wpdb; $wpdb->query( "UPDATE {$wpdb->base_prefix}closte_sync_domains SET stage = \'failed\', next_check_at = " . ( time() + 86400 ) );' );

		self::assert_failed( 'first.example, www.first.example, other.example, and www.other.example have failed. They are checked once a day.', $this->closte( 'watch' ) );
	}

	public function test_lists_of_words_are_taken(): void {
		$this->succeed( 'closte', 'domain', 'add', 'hand.example', '*.wild.example' );
		$this->succeed( 'site', 'create', '--slug=one' );
		$one = 'one.' . $this->network();
		$this->succeed( 'eval', 'global $wpdb; $wpdb->query( "UPDATE {$wpdb->base_prefix}closte_sync_domains SET stage = \'failed\' WHERE domain = \'hand.example\'" ); $wpdb->query( "UPDATE {$wpdb->base_prefix}closte_sync_domains SET stage = \'done\' WHERE domain = \'*.wild.example\'" );' );
		$list = fn( string ...$filters ): string => trim( $this->succeed( 'closte', 'domain', 'list', '--field=domain', '--orderby=domain', ...$filters )->stdout );

		self::assertSame( "*.wild.example\nhand.example", $list( '--stage=failed,done' ) );
		self::assertSame( 'hand.example', $list( '--stage=failed, pending' ) );
		self::assertSame( "www.hand.example\n$one", $list( '--source=core,www' ) );
		self::assertSame( "*.wild.example\nhand.example\nwww.hand.example\n$one", $list( '--wanted=present,absent' ) );
		self::assertSame( '', $list( '--wanted=absent,retired' ) );
		self::assertSame( "*.wild.example\nhand.example", $list( '--stage=failed,done', '--source=manual,core', '--order=ASC' ) );
	}

	/**
	 * @return array<string, array{list<string>, string, string}>
	 */
	public static function words_that_are_none(): array {
		return array(
			'a stage'                => array( array( 'domain', 'list', '--stage=nonsense' ), 'Invalid value for --stage: "nonsense".', 'hint: choose from pending, checking-dns,' ),
			'a stage of several'     => array( array( 'domain', 'list', '--stage=failed,nonsense' ), 'Invalid value for --stage: "nonsense".', 'hint: choose from pending, checking-dns,' ),
			'no stage'               => array( array( 'domain', 'list', '--stage=' ), 'Invalid value for --stage: "".', 'hint: choose from pending' ),
			'a source'               => array( array( 'domain', 'list', '--source=nonsense' ), 'Invalid value for --source: "nonsense".', 'ultimate-multisite' ),
			'a source of several'    => array( array( 'domain', 'list', '--source=core,nonsense' ), 'Invalid value for --source: "nonsense".', 'hint: choose from core, www, sync, manual' ),
			'what is wanted'         => array( array( 'domain', 'list', '--wanted=perhaps' ), 'Invalid value for --wanted: "perhaps".', 'hint: choose from present, absent' ),
			'a column'               => array( array( 'domain', 'list', '--orderby=nonsense' ), 'Invalid value for --orderby: "nonsense".', 'hint: choose from id, domain' ),
			'two columns'            => array( array( 'domain', 'list', '--orderby=id,domain' ), 'Invalid value for --orderby: "id,domain".', 'hint: choose from id, domain' ),
			'an order'               => array( array( 'domain', 'list', '--order=sideways' ), 'Invalid value for --order: "sideways".', 'hint: choose from asc, desc' ),
			'two orders'             => array( array( 'domain', 'list', '--order=asc,desc' ), 'Invalid value for --order: "asc,desc".', 'hint: choose from asc, desc' ),
			'a field'                => array( array( 'domain', 'list', '--field=nonsense' ), 'Invalid field: nonsense.', 'hint: choose from domain, unicode' ),
			'a field of several'     => array( array( 'domain', 'list', '--fields=domain,nonsense' ), 'Invalid field: nonsense.', 'hint: choose from domain, unicode' ),
			'two formats'            => array( array( 'domain', 'list', '--format=table,json' ), 'Invalid value for --format: "table,json".', 'hint: choose from table, csv' ),
			'formats of one domain'  => array( array( 'domain', 'get', 'hand.example', '--format=table,json' ), 'Invalid value for --format: "table,json".', 'hint: choose from table, csv' ),
			'an order of the log'    => array( array( 'log', '--order=asc,desc' ), 'Invalid value for --order: "asc,desc".', 'hint: choose from asc, desc' ),
			'a field of the log'     => array( array( 'log', '--fields=time,nonsense' ), 'Invalid field: nonsense.', 'hint: choose from time, domain' ),
			'formats of the log'     => array( array( 'log', '--format=csv,json' ), 'Invalid value for --format: "csv,json".', 'hint: choose from table' ),
			'formats of sync'        => array( array( 'sync', '--dry-run', '--format=csv,json' ), 'Invalid value for --format: "csv,json".', 'hint: choose from table' ),
			'formats of run'         => array( array( 'run', '--format=text,json' ), 'Invalid value for --format: "text,json".', 'hint: choose from text, json' ),
			'formats of doctor'      => array( array( 'doctor', '--format=text,json' ), 'Invalid value for --format: "text,json".', 'hint: choose from text' ),
			'a field of doctor'      => array( array( 'doctor', '--format=json', '--fields=check,nonsense' ), 'Invalid field: nonsense.', 'hint: choose from check, status' ),
			'formats of check'       => array( array( 'check', 'hand.example', '--format=csv,json' ), 'Invalid value for --format: "csv,json".', 'hint: choose from table' ),
			'formats of status'      => array( array( 'status', '--format=csv,json' ), 'Invalid value for --format: "csv,json".', 'hint: choose from table' ),
			'formats of the key'     => array( array( 'key', 'status', '--format=csv,json' ), 'Invalid value for --format: "csv,json".', 'hint: choose from table' ),
		);
	}

	/**
	 * @dataProvider words_that_are_none
	 * @param list<string> $arguments What comes after `wp closte`.
	 */
	public function test_a_word_that_is_none_is_an_error_and_the_hint_names_the_words( array $arguments, string $message, string $hint ): void {
		$result = $this->closte( ...$arguments );

		self::assert_failed( $message, $result );
		self::assertStringContainsString( $hint, $result->stderr );
		self::assertSame( '', $result->stdout );
	}

	public function test_list_refuses_a_stage_that_is_none(): void {
		$result = $this->closte( 'domain', 'list', '--stage=nonsense' );

		self::assertSame( 1, $result->status );
		self::assertStringContainsString( 'Invalid value for --stage: "nonsense".', $result->stderr );
	}

	public function test_a_site_that_is_no_number_is_refused(): void {
		foreach ( array( array( 'list', '--blog_id=abc' ), array( 'add', 'shop.example', '--blog_id=abc' ), array( 'add', 'shop.example', '--blog_id=-3' ) ) as $arguments ) {
			$result = $this->closte( 'domain', ...$arguments );
			self::assertSame( 1, $result->status );
			self::assertStringContainsString( 'Invalid value for --blog_id: ', $result->stderr );
			self::assertStringContainsString( 'hint: list the sites of this network: wp site list', $result->stderr );
		}
		self::assertSame( array(), $this->emulator->domains() );
	}

	public function test_who_asks_again_by_hand_does_not_wait_for_the_next_try(): void {
		$this->emulator->fault( array( 'kind' => '500', 'domain' => 'shop.example' ) );
		self::assertSame( 1, $this->closte( 'domain', 'add', 'shop.example' )->status );
		$this->emulator->fault();
		self::assertStringContainsString( 'Added shop.example.', $this->succeed( 'closte', 'domain', 'add', 'shop.example' )->stdout );

		$this->emulator->fault( array( 'kind' => '500', 'domain' => 'shop.example' ) );
		self::assertSame( 1, $this->closte( 'domain', 'remove', 'shop.example', '--yes' )->status );
		$this->emulator->fault();
		self::assertStringContainsString( 'Removed shop.example.', $this->succeed( 'closte', 'domain', 'remove', 'shop.example', '--yes' )->stdout );
		self::assertNotContains( 'shop.example', $this->emulator->domains() );
	}

	public function test_a_retry_of_what_closte_has_lost_sends_it_again_and_says_so(): void {
		$this->succeed( 'closte', 'domain', 'add', '*.shop.example', '*.kept.example' );
		$this->succeed( 'eval', 'global $wpdb; $wpdb->query( "UPDATE {$wpdb->base_prefix}closte_sync_domains SET stage = \'done\'" );' );
		$this->emulator->set_domains( array( '*.kept.example' ) );

		$result = $this->succeed( 'closte', 'domain', 'retry', '*.shop.example', '*.kept.example' );
		self::assertStringContainsString( '*.shop.example: checking-dns (Closte had lost it and has it again)', $result->stdout );
		self::assertStringNotContainsString( '*.kept.example: checking-dns (', $result->stdout );
		self::assertStringContainsString( 'Success: Retried 2 of 2 domains.', $result->stdout );
		self::assertSame( array( '*.kept.example', '*.shop.example' ), $this->emulator->domains() );
	}

	public function test_a_retry_of_what_closte_has_lost_and_refuses_now_is_no_success(): void {
		$this->succeed( 'closte', 'domain', 'add', '*.shop.example' );
		$this->emulator->set_domains( array() );
		$this->emulator->fault( array( 'kind' => 'reject', 'domain' => '*.shop.example' ) );
		$result = $this->closte( 'domain', 'retry', '*.shop.example' );

		self::assert_failed( 'Warning: *.shop.example: failed.', $result );
	}

	public function test_a_retry_while_closte_is_down_is_no_success(): void {
		$this->succeed( 'closte', 'domain', 'add', '*.shop.example' );
		$this->emulator->down( true );
		$result = $this->closte( 'domain', 'retry', '*.shop.example' );

		self::assert_failed( 'Warning: The list of domains at Closte could not be read: ', $result );
		self::assertStringContainsString( 'hint: find out more: wp closte doctor', $result->stderr );
	}

	public function test_retry_takes_names_or_all(): void {
		$result = $this->closte( 'domain', 'retry', '--all', 'shop.example' );
		self::assertSame( 1, $result->status );
		self::assertStringContainsString( 'Name the domains to retry or use --all, not both.', $result->stderr );
	}

	public function test_what_is_not_ours_can_be_taken_over_first(): void {
		$result = $this->closte( 'domain', 'remove', 'foreign.example', '--yes' );
		self::assertSame( 1, $result->status );
		self::assertStringContainsString( 'wp closte adopt foreign.example', $result->stderr );
	}

	public function test_an_empty_list_says_what_to_do(): void {
		$result = $this->succeed( 'closte', 'domain', 'list' );

		self::assertStringContainsString( 'hint: there are no domains yet', $result->stderr );
	}

	public function test_get_shows_a_domain_and_what_to_do_next(): void {
		$this->emulator->down( true );
		$this->succeed( 'site', 'create', '--slug=one' );

		$domain = $this->succeed( 'closte', 'domain', 'get', 'ONE.' . $this->network(), '--format=json' )->json();

		self::assertSame( 'pending', $domain['stage'] );
		self::assertSame( 'transient', $domain['error_kind'] );
		self::assertNotSame( '', $domain['problem'] );
		self::assertStringContainsString( 'tried again automatically', $domain['next_step'] );
		self::assertSame( "core\n", $this->succeed( 'closte', 'domain', 'get', 'one.' . $this->network(), '--field=source' )->stdout );
	}

	public function test_get_of_an_unknown_domain(): void {
		$result = $this->closte( 'domain', 'get', 'nobody.example' );

		self::assert_failed( 'nobody.example is not in the list of domains.', $result );
		self::assertStringContainsString( 'hint: ', $result->stderr );
	}

	public function test_add_and_remove_a_domain_that_no_site_has(): void {
		$added = $this->succeed( 'closte', 'domain', 'add', '*.shop.example', 'bücher.example' );
		self::assertStringContainsString( "Added *.shop.example.\nAdded xn--bcher-kva.example.\nSuccess: Added 2 of 2 domains.", $added->stdout );
		self::assertSame( array( '*.shop.example', 'www.xn--bcher-kva.example', 'xn--bcher-kva.example' ), $this->emulator->domains() );

		$removed = $this->succeed( 'closte', 'domain', 'remove', '*.shop.example', 'bücher.example', '--yes' );
		self::assertStringContainsString( 'Success: Removed 2 of 2 domains.', $removed->stdout );
		self::assertSame( array(), $this->emulator->domains() );
		self::assertSame( "0\n", $this->succeed( 'closte', 'domain', 'list', '--format=count' )->stdout );
	}

	public function test_add_porcelain_prints_the_domain_alone(): void {
		$result = $this->succeed( 'closte', 'domain', 'add', '*.shop.example', '--porcelain' );

		self::assertSame( "*.shop.example\n", $result->stdout );
	}

	public function test_add_of_what_is_no_domain(): void {
		$result = $this->closte( 'domain', 'add', '192.0.2.1', 'no_such.example', 'good.example' );

		self::assertSame( 1, $result->status );
		self::assertStringContainsString( 'Warning: ', $result->stderr );
		self::assertStringContainsString( '192.0.2.1', $result->stderr );
		self::assertStringContainsString( 'no_such.example', $result->stderr );
		self::assertStringContainsString( 'Only added 1 of 3 domains', $result->stderr . $result->stdout );
		self::assertContains( 'good.example', $this->emulator->domains() );
	}

	public function test_add_for_a_site_that_is_not_there(): void {
		self::assert_failed( 'There is no site 9999.', $this->closte( 'domain', 'add', 'good.example', '--blog_id=9999' ) );
	}

	public function test_add_while_closte_is_down_keeps_the_domain(): void {
		$this->emulator->down( true );

		$result = $this->closte( 'domain', 'add', '*.shop.example' );

		self::assertSame( 1, $result->status );
		self::assertStringContainsString( '*.shop.example: pending.', $result->stderr );
		self::assertStringContainsString( 'hint: No action needed: tried again automatically.', $result->stderr );
		self::assertStringContainsString( 'Error: Added 0 of 1 domains; 1 is queued and sent automatically.', $result->stderr );
		$this->emulator->down( false );
		$this->succeed( 'closte', 'run' );
		self::assertSame( array( '*.shop.example' ), $this->emulator->domains() );
	}

	public function test_add_says_why_closte_refused(): void {
		$this->emulator->fault(
			array(
				'kind'   => 'reject',
				'domain' => '*.shop.example',
			)
		);

		$result = $this->closte( 'domain', 'add', '*.shop.example' );

		self::assertSame( 1, $result->status );
		self::assertStringContainsString( '*.shop.example: failed.', $result->stderr );
		self::assertStringContainsString( 'hint: Try again once that is corrected', $result->stderr );
	}

	public function test_add_and_remove_while_the_integration_is_off_are_recorded(): void {
		$this->succeed( 'closte', 'domain', 'add', 'there.example' );
		$this->succeed( 'closte', 'disable' );

		$added = $this->succeed( 'closte', 'domain', 'add', '*.shop.example' );
		self::assertStringContainsString( "Queued *.shop.example. It is sent once the integration is on.\nSuccess: Queued 1 of 1 domains.", $added->stdout );
		self::assertStringContainsString( 'hint: wp closte enable', $added->stderr );

		$invalid = $this->closte( 'domain', 'add', '127.0.0.1' );
		self::assert_failed( '127.0.0.1', $invalid );
		self::assertStringContainsString( 'No domains added.', $invalid->stderr );

		$removed = $this->succeed( 'closte', 'domain', 'remove', 'there.example', '--yes' );
		self::assertStringContainsString( 'Queued the removal of there.example. It is removed once the integration is on.', $removed->stdout );
		self::assertStringContainsString( 'hint: wp closte enable', $removed->stderr );
		self::assert_failed( 'nobody.example is not in the list of domains', $this->closte( 'domain', 'remove', 'nobody.example', '--yes' ) );
		self::assertContains( 'there.example', $this->emulator->domains() );
		self::assertNotContains( '*.shop.example', $this->emulator->domains() );

		$this->succeed( 'closte', 'enable' );
		$this->succeed( 'closte', 'run' );
		self::assertContains( '*.shop.example', $this->emulator->domains() );
		self::assertNotContains( 'there.example', $this->emulator->domains() );
	}

	public function test_add_without_a_key_is_recorded(): void {
		$result = $this->wp( '--exec=define( "CLOSTE_CLIENT_API_KEY", "" );', 'closte', 'domain', 'add', '*.shop.example' );

		self::assertSame( 0, $result->status, $result->stderr );
		self::assertStringContainsString( 'Queued *.shop.example. It is sent once there is an API key.', $result->stdout );
		self::assertStringContainsString( 'hint: wp closte key set', $result->stderr );
	}

	public function test_what_sends_says_that_nothing_was_sent_while_the_integration_is_off(): void {
		$this->succeed( 'closte', 'disable' );

		foreach ( array( array( 'domain', 'retry', 'shop.example' ), array( 'watch' ), array( 'sync' ), array( 'sync', '--prune' ) ) as $command ) {
			$result = $this->closte( ...$command );
			self::assert_failed( 'Error: The integration is off. Nothing was sent.', $result );
			self::assertStringContainsString( 'hint: wp closte enable', $result->stderr );
		}
	}

	public function test_add_of_what_is_there_already(): void {
		$this->succeed( 'site', 'create', '--slug=one' );
		$this->succeed( 'closte', 'domain', 'add', '*.shop.example' );
		$one  = 'one.' . $this->network();
		$site = trim( $this->succeed( 'closte', 'domain', 'get', $one, '--field=blog_id' )->stdout );

		$result = $this->succeed( 'closte', 'domain', 'add', $one, '*.shop.example', '*.new.example' );

		self::assertStringContainsString( "$one is already at Closte (site $site).\n*.shop.example is already at Closte.\nAdded *.new.example.\nSuccess: Added 1 of 3 domains; 2 were already at Closte.", $result->stdout );
	}

	public function test_what_is_no_host_name_is_told_apart_from_what_is_not_in_the_ledger(): void {
		foreach ( array( array( 'domain', 'get' ), array( 'domain', 'retry' ), array( 'domain', 'remove', '--yes' ), array( 'watch' ) ) as $command ) {
			$result = $this->closte( ...$command, ...array( 'http://shop.example/' ) );
			self::assertSame( 1, $result->status );
			self::assertStringContainsString( 'http://shop.example/', $result->stderr );
			self::assertStringNotContainsString( 'ledger', $result->stderr );
		}
	}

	public function test_remove_asks_first(): void {
		$this->succeed( 'closte', 'domain', 'add', '*.shop.example' );

		$no = $this->wp_with( array(), "n\n", 'closte', 'domain', 'remove', '*.shop.example' );
		self::assertStringContainsString( 'Remove *.shop.example from Closte? [y/n]', $no->stdout );
		self::assertSame( array( '*.shop.example' ), $this->emulator->domains() );

		$this->wp_with( array(), "y\n", 'closte', 'domain', 'remove', '*.shop.example' );
		self::assertSame( array(), $this->emulator->domains() );
	}

	public function test_remove_leaves_the_domain_of_a_living_site(): void {
		$this->succeed( 'site', 'create', '--slug=one' );
		$domain = 'one.' . $this->network();

		$result = $this->closte( 'domain', 'remove', $domain, '--yes' );

		self::assertSame( 1, $result->status );
		self::assertStringContainsString( "$domain is in use by site", $result->stderr );
		self::assertSame( array( $domain ), $this->emulator->domains() );
		self::assertSame( array(), $this->emulator->journal( '/deletedomainalias' ) );
	}

	public function test_remove_leaves_a_foreign_domain(): void {
		$this->emulator->set_domains( array( 'foreign.example' ) );

		$result = $this->closte( 'domain', 'remove', 'foreign.example', '--yes' );

		self::assertSame( 1, $result->status );
		self::assertStringContainsString( 'was not removed', $result->stderr );
		self::assertSame( array( 'foreign.example' ), $this->emulator->domains() );
	}

	public function test_forget_makes_no_call(): void {
		$this->succeed( 'closte', 'domain', 'add', '*.shop.example' );

		$result = $this->succeed( 'closte', 'domain', 'remove', '*.shop.example', '--forget', '--yes' );

		self::assertStringContainsString( 'Removed *.shop.example from the list of this network.', $result->stdout );
		self::assertSame( array( '*.shop.example' ), $this->emulator->domains() );
		self::assertSame( "0\n", $this->succeed( 'closte', 'domain', 'list', '--format=count' )->stdout );
	}

	public function test_retry_sends_what_had_failed(): void {
		$domain = 'one.' . $this->network();
		$this->emulator->fault(
			array(
				'kind'   => 'reject',
				'domain' => $domain,
			)
		);
		$this->succeed( 'site', 'create', '--slug=one' );
		self::assertSame( "failed\n", $this->succeed( 'closte', 'domain', 'get', $domain, '--field=stage' )->stdout );

		$still = $this->closte( 'domain', 'retry', $domain );
		self::assertSame( 1, $still->status );
		self::assertStringContainsString( "$domain: failed.", $still->stderr );

		$this->emulator->fault();
		$now = $this->succeed( 'closte', 'domain', 'retry', $domain );
		self::assertStringContainsString( "$domain: checking-dns\nSuccess: Retried 1 of 1 domains.", $now->stdout );
		self::assertSame( array( $domain ), $this->emulator->domains() );
	}

	public function test_retry_of_all(): void {
		self::assertStringContainsString( 'All domains are working.', $this->succeed( 'closte', 'domain', 'retry', '--all' )->stdout );
		$this->emulator->down( true );
		$this->succeed( 'site', 'create', '--slug=one' );
		$this->emulator->down( false );

		$result = $this->succeed( 'closte', 'domain', 'retry', '--all' );

		self::assertStringContainsString( 'Success: Retried 1 of 1 domains.', $result->stdout );
		self::assertSame( array( 'one.' . $this->network() ), $this->emulator->domains() );
	}

	public function test_retry_of_nothing_and_of_the_unknown(): void {
		self::assert_failed( 'Name the domains to retry', $this->closte( 'domain', 'retry' ) );

		$unknown = $this->closte( 'domain', 'retry', 'nobody.example' );
		self::assertSame( 1, $unknown->status );
		self::assertStringContainsString( 'nobody.example is not in the list of domains.', $unknown->stderr );
	}
}

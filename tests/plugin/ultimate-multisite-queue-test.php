<?php
/**
 * Ultimate Multisite's queue, carried out by a PHP that lacks the extension.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Diagnosis\Extension_Check;
use ClosteSync\Extension\Extension;
use ClosteSync\Extension\Extension_Watch;
use ClosteSync\Extension\Proof;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Sources\Ultimate_Multisite\Bridge;
use WP_Ultimo\Integrations\Host_Providers\Closte_Host_Provider;
use WP_Ultimo\Integrations\Providers\Closte\Closte_Domain_Mapping;
use WP_Ultimo\Managers\Domain_Manager;

require_once __DIR__ . '/class-ultimate-multisite-test-case.php';

/**
 * In processes of their own: see the parent class.
 *
 * @runTestsInSeparateProcesses
 * @preserveGlobalState disabled
 */
final class Ultimate_Multisite_Queue_Test extends Ultimate_Multisite_Test_Case {

	public function test_it_adds_what_closte_has_not_accepted_yet_and_leaves_its_removal_to_a_php_that_works(): void {
		$this->lose_extension();
		$record = wu_create_domain( array( 'blog_id' => 1, 'domain' => 'customer.example' ) );
		$this->carry_out_queue();
		$this->assertNotNull( $this->row( 'customer.example' ) );

		$record->delete();
		$this->carry_out_queue();
		$this->assert_sent_by_built_in( 'add customer.example' );
	}

	/** What was noted may have lapsed: the ledger says that it was sent. */
	public function test_it_adds_nothing_that_closte_has_accepted(): void {
		wu_create_domain( array( 'blog_id' => 1, 'domain' => 'customer.example' ) );
		$this->lose_extension( everywhere: true );
		$this->carry_out_queue();

		$this->assert_sent_by_built_in();
	}

	public function test_a_php_that_has_the_extension_and_sends_nothing_silences_nothing(): void {
		$this->lose_extension( everywhere: true );
		( new Extension_Watch( new Extension( new Proof() ) ) )->look();
		wu_create_domain( array( 'blog_id' => 1, 'domain' => 'customer.example' ) )->delete();
		$this->end_request();
		$this->assertFalse( $this->plugin->extension()->is_usable() );
		wu_create_domain( array( 'blog_id' => 1, 'domain' => 'other.example' ) );
		$this->carry_out_queue();

		$this->assert_sent_by_built_in( 'remove customer.example', 'add other.example' );
	}

	/** @dataProvider wanted_otherwise */
	public function test_it_removes_nothing_that_is_wanted_without_a_mapping( string $by_hand, string $mapped ): void {
		$this->plugin->sync()->domain_added( $by_hand, 0, Row_Source::MANUAL );
		$record = wu_create_domain( array( 'blog_id' => 1, 'domain' => $mapped ) );
		$this->lose_extension( everywhere: true );
		Domain_Manager::$queue = array();
		$record->delete();
		$this->lose_extension( everywhere: true );
		$this->carry_out_queue();

		$this->assertContains( $mapped, $this->emulator->domains() );
		$this->assert_sent_by_built_in();
	}

	/** @return array<string, array{string, string}> Added by hand, and mapped. */
	public function wanted_otherwise(): array {
		return array(
			'added by hand'                          => array( 'shop.example', 'shop.example' ),
			'the www name of what was added by hand' => array( 'shop.example', 'www.shop.example' ),
		);
	}

	public function test_it_removes_no_name_that_may_be_another_form_of_what_is_wanted(): void {
		$this->plugin->sync()->domain_added( 'xn--bcher-kva.example', 0, Row_Source::MANUAL );
		$this->lose_extension( everywhere: true );
		wu_enqueue_async_action( 'wu_remove_domain', array( 'domain' => 'bücher.example', 'site_id' => 1 ), 'domain' );
		$this->carry_out_queue();

		$this->assert_sent_by_built_in();
	}

	public function test_it_removes_no_www_name_that_is_wanted_with_another_mapping(): void {
		wu_create_domain( array( 'blog_id' => 1, 'domain' => 'shop.example' ) );
		$record = wu_create_domain( array( 'blog_id' => 1, 'domain' => 'www.shop.example' ) );
		$this->lose_extension( everywhere: true );
		Domain_Manager::$queue = array();
		$record->delete();
		$this->carry_out_queue();

		$this->assert_sent_by_built_in();
	}

	public function test_it_removes_nothing_whose_row_cannot_be_read(): void {
		$record = wu_create_domain( array( 'blog_id' => 1, 'domain' => 'customer.example' ) );
		$this->lose_extension( everywhere: true );
		Domain_Manager::$queue = array();
		$record->delete();
		$this->lose_extension( everywhere: true );
		$this->set_rows( "wanted = 'someday'", 'customer.example' );
		$this->carry_out_queue();

		$this->assert_sent_by_built_in();
	}

	public function test_a_name_that_was_renamed_away_is_not_added_by_it(): void {
		$record                = wu_create_domain( array( 'blog_id' => 1, 'domain' => 'old.example' ) );
		$record->set_domain( 'new.example' );
		$record->save();
		$this->next_request();
		$this->assertNull( $this->row( 'old.example' ) );

		$this->lose_extension();
		$this->carry_out_queue();
		$this->assert_sent_by_built_in();
	}

	public function test_a_name_that_is_gone_already_is_not_removed_again_by_it(): void {
		$record = wu_create_domain( array( 'blog_id' => 1, 'domain' => 'customer.example' ) );
		$record->delete();
		$this->next_request();
		$this->assertNull( $this->row( 'customer.example' ) );

		$this->lose_extension();
		$this->carry_out_queue();
		$this->assert_sent_by_built_in();
	}

	public function test_it_goes_on_for_a_name_that_the_ledger_has_not(): void {
		$this->lose_extension();
		wu_create_domain( array( 'blog_id' => 1, 'domain' => 'customer.example' ) );
		foreach ( array( 'unheard.example', 'second.example' ) as $domain ) {
			$this->wpdb->insert( $this->wpdb->base_prefix . 'wu_domain_mappings', array( 'blog_id' => 1, 'domain' => $domain ) );
			wu_enqueue_async_action( 'wu_add_domain', array( 'domain' => $domain, 'site_id' => 1 ), 'domain' );
		}
		$this->carry_out_queue();

		$this->assert_sent_by_built_in( 'add customer.example', 'add unheard.example', 'add second.example' );
	}

	public function test_while_no_php_of_the_network_has_the_extension_the_built_in_pair_does_everything(): void {
		$this->lose_extension( everywhere: true );
		$record = wu_create_domain( array( 'blog_id' => 1, 'domain' => 'customer.example' ) );
		$this->carry_out_queue();
		$this->assertSame( 'pending', $this->stage( 'customer.example' ) );

		$record->delete();
		$this->carry_out_queue();
		$this->assert_sent_by_built_in( 'add customer.example', 'remove customer.example' );
		$this->assertSame( array(), $this->changes() );
	}

	/** @dataProvider places */
	public function test_who_is_told_that_the_extension_is_missing_is_told_of_the_built_in_pair( bool $everywhere ): void {
		update_network_option( 1, Bridge::SWITCHES, array( Bridge::ID => true ) );
		$this->lose_extension( $everywhere );
		$check = new Extension_Check( $this->plugin->extension(), time(), stand_in: $this->plugin->sources()->stand_in() );

		$this->assertSame( $everywhere, str_contains( $check->here()->message, 'Until then, Ultimate Multisite’s built-in Closte integration adds' ) );
	}

	/** @return array<string, array{bool}> */
	public function places(): array {
		return array(
			'no PHP has it'      => array( true ),
			'another PHP has it' => array( false ),
		);
	}

	public function test_it_removes_nothing_that_the_network_wants_again(): void {
		$this->lose_extension( everywhere: true );
		$record = wu_create_domain( array( 'blog_id' => 1, 'domain' => 'customer.example' ) );
		$record->delete();
		wu_create_domain( array( 'blog_id' => 1, 'domain' => 'customer.example' ) );
		$this->carry_out_queue();

		$this->assert_sent_by_built_in( 'add customer.example', 'add customer.example' );
	}

	public function test_it_removes_again_once_no_php_has_worked_for_two_weeks(): void {
		$this->lose_extension();
		$old = static fn( array $note ): array => array( 'worked' => time() - 15 * DAY_IN_SECONDS ) + $note;
		update_network_option( 1, Extension_Watch::OPTION, array_map( $old, get_network_option( 1, Extension_Watch::OPTION ) ) );
		wu_create_domain( array( 'blog_id' => 1, 'domain' => 'customer.example' ) )->delete();
		$this->end_request();
		$this->carry_out_queue();

		$this->assert_sent_by_built_in( 'remove customer.example' );
	}

	public function test_what_it_has_done_by_then_is_taken_over_once_the_extension_is_there(): void {
		$this->lose_extension( everywhere: true );
		wu_create_domain( array( 'blog_id' => 1, 'domain' => 'stays.example' ) );
		wu_create_domain( array( 'blog_id' => 1, 'domain' => 'goes.example' ) )->delete();
		$this->carry_out_queue();
		$this->emulator->set_domains( array( 'stays.example' ) );

		$this->next_request();
		$this->plugin->worker()->run( 20.0 );

		$this->assertSame( array( 'stays.example' ), $this->emulator->domains() );
		$this->assertSame( 'checking-dns', $this->stage( 'stays.example' ) );
		$this->assertNull( $this->row( 'goes.example' ) );
	}

	/** @dataProvider extensions */
	public function test_on_a_copy_of_the_network_neither_it_nor_the_built_in_pair_sends_anything( bool $has_extension ): void {
		$record = wu_create_domain( array( 'blog_id' => 1, 'domain' => 'customer.example' ) );
		Domain_Manager::run_queue();
		$before = $this->changes();
		$this->assertNotSame( array(), $before );
		$this->wpdb->update( $this->wpdb->site, array( 'domain' => 'staging.test' ), array( 'id' => 1 ) );
		$has_extension ? $this->next_request() : $this->lose_extension();

		$record->delete();
		wu_create_domain( array( 'blog_id' => 1, 'domain' => 'new.example' ) );
		$this->wpdb->insert( $this->wpdb->base_prefix . 'wu_domain_mappings', array( 'blog_id' => 1, 'domain' => 'unheard.example' ) );
		wu_enqueue_async_action( 'wu_add_domain', array( 'domain' => 'unheard.example', 'site_id' => 1 ), 'domain' );
		$this->carry_out_queue();
		$this->end_request();

		$this->assert_sent_by_built_in();
		$this->assertSame( $before, $this->changes() );
		$this->assertSame( 'removing', $this->stage( 'customer.example' ) );
		$this->assertSame( 'pending', $this->stage( 'new.example' ) );
	}

	/** @return array<string, array{bool}> */
	public function extensions(): array {
		return array(
			'with the extension'    => array( true ),
			'without the extension' => array( false ),
		);
	}

	/**
	 * Where it is not there, the built-in integrations are in place.
	 *
	 * @param bool $everywhere Whether no other PHP of the network works with it.
	 */
	protected function lose_extension( bool $everywhere = false ): void {
		$everywhere
			? delete_network_option( 1, Extension_Watch::OPTION )
			: ( new Extension_Watch( $this->plugin->extension() ) )->worked();
		parent::lose_extension();

		foreach ( array( 'wu_add_domain', 'wu_remove_domain', 'wu_add_subdomain', 'wu_remove_subdomain' ) as $hook ) {
			remove_all_actions( $hook, 10 );
		}

		$this->load_registry();
		( new Closte_Host_Provider() )->init();
	}

	private function carry_out_queue(): void {
		$this->assertNotSame( array(), Domain_Manager::$queue );
		$this->assertSame( array(), Domain_Manager::run_queue() );
	}

	/** Each of both, the old one and the present one. */
	private function assert_sent_by_built_in( string ...$sent ): void {
		$this->assertSame( array( $sent, $sent ), array( Closte_Domain_Mapping::$sent, Closte_Host_Provider::$sent ) );
	}
}
